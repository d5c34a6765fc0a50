//! The registry that is measured on, and the one case that all others are made in the image of.
//! Both are made over the service's own API.

use std::error::Error;

use samrad_tests::issuer::Issuer;
use samrad_tests::{
    Caller as _, Case, Consent, Discussion, Patient, Person, Unit, World, consents,
};
use serde_json::json;

/// How long a token of a run holds, in seconds: longer than any run.
const TOKEN_LIFE: i64 = 24 * 3600;

/// Two offices that meet: a DPS, which owns cases, and the NAV office that they are put before.
#[derive(Debug)]
pub struct Office {
    /// The NAV office.
    pub nav: Unit,
    /// The DPS.
    pub dps: Unit,
    /// At NAV; the consents name them.
    pub adviser: Person,
    /// At NAV; no consent covers them.
    pub colleague: Person,
    /// At the DPS, on every case team.
    pub clinician: Person,
    /// Reads the log of the DPS.
    pub auditor: Person,
}

/// The case that is copied, with all that stands around it.
#[derive(Debug)]
pub struct Model {
    /// Whom it is about.
    pub patient: Patient,
    /// The case.
    pub case: Case,
    /// The case before NAV.
    pub discussion: Discussion,
    /// What lets the adviser see it identified.
    pub consent: Consent,
}

impl Office {
    /// The `n`th pair.
    pub fn open(world: &World, n: usize) -> Self {
        let nav = world.nav_office(&format!("NAV {n}"), &format!("{:04}", 1000 + n));
        let dps = world.dps(&format!("DPS {n}"));
        Self {
            adviser: world.nav_adviser_at(&nav),
            colleague: world.nav_adviser_at(&nav),
            clinician: world.clinician_at(&dps),
            auditor: world.auditor_at(&dps),
            nav,
            dps,
        }
    }

    /// The ids of the registry by which this office differs from another, in a fixed order.
    pub fn ids(&self) -> [&str; 8] {
        [
            &self.nav.id,
            &self.nav.organisation.id,
            &self.dps.id,
            &self.dps.organisation.id,
            &self.adviser.id,
            &self.colleague.id,
            &self.clinician.id,
            &self.auditor.id,
        ]
    }
}

/// A token of somebody that holds for the whole run.
pub fn token(issuer: &Issuer, person: &Person) -> String {
    let until = samrad_tests::clock::now().as_second() + TOKEN_LIFE;
    issuer
        .for_subject(&person.subject)
        .claim("exp", until)
        .signed()
}

const STATEMENTS: [(&str, &str); 3] = [
    (
        "workReadiness",
        "Kan begynne med to korte dager i uka, helst tidlig på dagen, og øke med en halv dag i \
         måneden dersom det går bra. Trenger faste oppgaver de første ukene, en kontaktperson på \
         stedet, og mulighet for å gå fra når det blir for mye.",
    ),
    (
        "functionalAbility",
        "Konsentrasjonen holder i omtrent en time om gangen. Klarer kjente oppgaver godt, nye \
         oppgaver best når de er skrevet ned på forhånd. Støy og mange mennesker tapper; arbeid i \
         eget rom eller ute går merkbart bedre enn i åpent landskap.",
    ),
    (
        "plan",
        "Arbeidsutprøving fra neste måned, oppfølging hver fjortende dag i tre måneder, felles \
         gjennomgang etter seks uker. Behandlingen fortsetter ved siden av, og timene legges slik \
         at de ikke kommer på arbeidsdagene.",
    ),
];

/// Three hundred bytes, as the rival's.
const QUESTION: &str = "Hvilke tiltak passer for en som vil tilbake til arbeid etter lang tid \
    borte, som klarer korte dager med faste oppgaver, og som har god nytte av å ha noen å \
    spørre underveis? Finnes det steder som tar imot for utprøving med oppfølging, og hvor lang \
    tid tar det før det kan begynne?";

/// Makes the model, and reads it as those who read it later: so everybody has seen it before, and
/// the note of the disclosure stands.
pub fn model(world: &World, office: &Office) -> Result<Model, Box<dyn Error>> {
    let clinician = &office.clinician;
    let patient = world.patient_of(clinician);
    let case = clinician.opens_case_for(&patient);
    for (category, text) in STATEMENTS {
        clinician.states(&case, category, text);
    }
    let summary = json!({"ageBand": "30-39", "question": QUESTION,
        "questionDrawsOn": ["workReadiness"], "attested": true});
    clinician.summarises_as(&case, summary).expect(200).done();
    let purpose = "caseDiscussion";
    let discussion = clinician.puts_before(&case, &office.nav, purpose);
    let message = json!({"kind": "question", "body": {"class": "anonymised", "categories": [],
        "text": "Har dere plass til utprøving hos noen som kan ta imot to dager i uka?"}});
    let thread = format!("/discussions/{}/messages", discussion.id);
    clinician.post(&thread, message).expect(201).done();
    let covered = ["identity", "workReadiness", "functionalAbility", "plan"];
    let hearer = consents::person(&office.adviser);
    let consent = clinician.obtains_consent(&patient, purpose, &office.dps, hearer, &covered);
    for (reader, view) in [
        (&office.adviser, "identified"),
        (&office.colleague, "anonymised"),
    ] {
        let seen = reader.sees(&discussion);
        if seen != view {
            return Err(format!("the model is seen {seen}, not {view}").into());
        }
    }
    Ok(Model {
        patient,
        case,
        discussion,
        consent,
    })
}
