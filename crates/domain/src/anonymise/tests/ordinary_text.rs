use super::*;

#[test]
fn an_ordinary_anonymised_text_passes() {
    none_is_refused(&[
        "Pasienten har vært i behandling i over ett år for angst og depresjon. Hun ønsker å komme \
         i jobb, men har ikke kontakt med NAV. Hvilke tiltak finnes, og hvem kan vi snakke med?",
        "Hva skal til for å få AAP når arbeidsevnen er nedsatt med minst 50 %? Kan IPS være aktuelt?",
        "Jeg lurer på om bruker kan kombinere uføretrygd og arbeid. DPS-behandler anbefaler 20 %.",
        "- Hvem tar kontakt?\n- Når skal vi møtes?\n1. Avklare økonomi\n2) Søke om bolig",
        "Vedkommende har vært sykmeldt i 8 måneder. Arbeidsgiver er positiv til tilrettelegging.",
        "Svar: Ta kontakt med NAVs saksbehandler. Vær i skole kan være aktuelt, f.eks. to dager.",
        "Kan pasienten få individuell plan, jf. lov om pasientrettigheter § 2-5? Takk for hjelpen!",
        "Han sa: «Jeg orker ikke mer». Etter påske gikk det bedre. Vi bruker Individual Placement \
         and Support (IPS).",
        "Behandles med Sertralin 50 mg og har tidligere brukt Ritalin. Har ADHD og PTSD.",
        "Eg lurer på kva NAV kan gjere. Ho har prøvd arbeidstrening, men det gjekk ikkje.",
        "Det haster! Hun mister sykepengene i løpet av våren ... Hva gjør vi?",
        "Rask psykisk helsehjelp og Nav samarbeider. Vi har plan B. Deretter prøver vi noe annet.",
        "Han har gjeld på ca. 250 000 kr og trenger et sted å bo. Ønsker gjeldsrådgivning.",
        "Vurderer Lønnstilskudd og Varig tilrettelagt arbeid. Pasientens mål er Oppfølgingstjenesten.",
        "Time er avtalt. Hans fastlege er enig; hennes også. Mine tanker: vent til høsten.",
    ]);
}

#[test]
fn an_ordinary_anonymised_text_is_not_warned_of() {
    assert_eq!(
        warned(
            "Pasienten i 30-årene har vært hos DPS i et år og ønsker jobb i butikk. Hva kan NAV?"
        ),
        []
    );
}

#[test]
fn positions_count_characters_and_not_bytes() {
    let text = "ÆØÅ 🙂 ring 900 12 345 nå";
    let found = scan_general(text).refusals;
    assert_eq!((found[0].start, found[0].end), (11, 21));
    assert_eq!(found[0].of(text), "900 12 345");
}

#[test]
fn findings_stand_in_order_and_none_inside_another() {
    let text =
        "Kari Nordmann (13097248022) bor i Storgata 5, 0182 Oslo, kari@online.no, 900 12 345";
    let kinds: Vec<_> = refused(text).iter().map(|f| f.0).collect();
    use RefusalKind::{Address, Email, IdentityNumber, NameLike, Phone};
    assert_eq!(
        kinds,
        [NameLike, IdentityNumber, Address, Address, Email, Phone]
    );
}
