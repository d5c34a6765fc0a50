//! A request for each operation that will be granted, on something of its own where it changes
//! what it meets.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::client::{Caller, Client, Request};
use crate::clock;
use crate::contract::Operation;
use crate::people::Person;
use crate::stock::Stock;

/// A request, and who makes it.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Who.
    pub caller: Client,
    method: String,
    path: String,
    body: Option<Value>,
    etag: Option<String>,
}

impl Prepared {
    /// The path, below `/api/v1`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// The version that it names.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// The same request, which says that it has seen `etag`, or nothing of any.
    #[must_use]
    pub fn having_seen(self, etag: Option<&str>) -> Self {
        Self {
            etag: etag.map(str::to_owned),
            ..self
        }
    }

    /// The same request by another caller.
    #[must_use]
    pub fn by(self, caller: &Client) -> Self {
        Self {
            caller: caller.clone(),
            ..self
        }
    }

    /// The same request about nothing.
    #[must_use]
    pub fn about_nothing(self, operation: &Operation) -> Self {
        Self {
            path: operation.nowhere(),
            ..self
        }
    }

    /// The request, to be sent.
    pub fn request(&self) -> Request<'_> {
        let request = self.caller.call(&self.method, &self.path);
        let request = match &self.etag {
            Some(etag) => request.header("If-Match", etag),
            None => request,
        };
        match &self.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}

impl Stock<'_> {
    /// A request that this operation will grant. For an operation that isn't known here: one of
    /// the right shape, by a caller in the first of its roles, about things in stock.
    #[must_use]
    pub fn prepared(&self, operation: &Operation) -> Prepared {
        if operation.id == "endAffiliation" {
            return self.leaving(operation);
        }
        let known = self
            .of_registry(operation)
            .or_else(|| self.of_patients(operation))
            .or_else(|| self.of_consents(operation))
            .or_else(|| self.of_cases(operation))
            .or_else(|| self.of_discussions(operation))
            .or_else(|| self.of_notes(operation))
            .or_else(|| self.of_the_log(operation));
        let (caller, ids, body) = known.unwrap_or_else(|| self.guessed(operation));
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let ids = if ids.is_empty() {
            self.ids_of(operation)
        } else {
            ids
        };
        let path = operation.at(&ids);
        let etag = operation.conditional.then(|| self.etag(&caller, &path));
        Prepared {
            caller,
            method: operation.method.clone(),
            path,
            body,
            etag,
        }
    }

    /// The version of what stands at `path`, or above it.
    fn etag(&self, caller: &Client, path: &str) -> String {
        let ends = path.rmatch_indices('/').map(|(end, _)| end);
        let above = [path.len()].into_iter().chain(ends.filter(|end| *end > 0));
        let mut tags = above.filter_map(|end| {
            let reply = caller.get(&path[..end]);
            reply.header("ETag").map(str::to_owned)
        });
        tags.next().unwrap_or_else(|| "*".to_owned())
    }

    fn guessed(&self, operation: &Operation) -> Ready {
        let role = operation.roles.first().map_or("clinician", String::as_str);
        (self.in_role(role), Vec::new(), self.body_of(operation))
    }

    /// The end of an affiliation, whose version is its person's.
    fn leaving(&self, operation: &Operation) -> Prepared {
        let leaving = self.world.clinician_at(&self.dps);
        let caller = self.world.administrator();
        let person = caller.get(&format!("/persons/{}", leaving.id)).expect(200);
        Prepared {
            caller,
            method: operation.method.clone(),
            path: operation.at(&[&leaving.affiliation]),
            body: Some(json!({})),
            etag: Some(person.etag()),
        }
    }

    fn of_registry(&self, operation: &Operation) -> Option<Ready> {
        let administrator = self.world.administrator();
        let (ids, body) = match operation.id.as_str() {
            "registerOrganisation" => (vec![], Some(self.new_organisation())),
            "registerUnit" => {
                let organisation = &self.dps.organisation.id;
                let body = json!({"organisationId": organisation, "name": "Team", "kind": "dps",
                    "compartment": {"kind": "health"}});
                (vec![], Some(body))
            }
            "registerPerson" => (vec![], Some(json!({"name": "Oddlaug Solstranda"}))),
            "registerClient" => (vec![], Some(self.new_client())),
            "endClient" => (vec![self.registered_client()], Some(json!({}))),
            "linkIdentity" => {
                let subject = (2_000_000 + self.world.next()).to_string();
                (
                    vec![self.registered_person().0],
                    Some(json!({"kind": "hpr", "subject": subject})),
                )
            }
            "unlinkIdentity" => {
                let (person, identity) = self.registered_person();
                (vec![person, identity], None)
            }
            "addAffiliation" => {
                let body = json!({"unitId": self.dps.id, "role": "clinician",
                    "positionPercent": 20, "validFrom": "2026-01-01"});
                (vec![self.registered_person().0], Some(body))
            }
            _ => return None,
        };
        Some((administrator, ids, body))
    }

    fn of_the_log(&self, operation: &Operation) -> Option<Ready> {
        let officer = self.in_role("privacyOfficer");
        match operation.id.as_str() {
            "requestErasure" => {
                let body = json!({"eventId": self.entry(), "legalGround": "gdprArticle17"});
                Some((officer, vec![], Some(body)))
            }
            "searchLog" | "exportLog" => {
                let body = json!({"patientId": self.patient.id, "kind": "caseCreated",
                    "ground": "patientRequest"});
                Some((officer, vec![], Some(body)))
            }
            "approveErasure" => Some((officer, vec![self.erasure()], None)),
            _ => None,
        }
    }

    fn of_patients(&self, operation: &Operation) -> Option<Ready> {
        let patient = vec![self.patient.id.clone()];
        let (ids, body) = match operation.id.as_str() {
            "registerPatient" => (vec![], Some(self.world.sheet().body())),
            "searchPatients" => {
                let number = &self.patient.sheet.identity_number;
                (vec![], Some(json!({"identityNumber": number})))
            }
            "correctPatient" => (patient, Some(json!({"municipality": "4601"}))),
            "recordGuardian" => (patient, Some(self.guardian())),
            "endGuardian" => {
                let guardianship = self.guardianship(&self.patient);
                (vec![self.patient.id.clone(), guardianship], None)
            }
            "recordObjection" => (patient, Some(json!({"scope": "all"}))),
            "withdrawObjection" => (vec![self.objection()], None),
            "recordInformation" => {
                let body = json!({"purpose": "caseDiscussion", "language": "nb",
                    "textVersion": "2026-1", "form": "oral"});
                (patient, Some(body))
            }
            _ => return None,
        };
        Some((self.clinician.client().clone(), ids, body))
    }

    fn of_consents(&self, operation: &Operation) -> Option<Ready> {
        let granted = || vec![self.granted("caseDiscussion", &self.adviser).id];
        let (ids, body) = match operation.id.as_str() {
            "draftConsent" => {
                let body = json!({"purpose": "caseDiscussion", "grants": [self.grant()]});
                (vec![self.patient.id.clone()], Some(body))
            }
            "grantConsent" => {
                let information = self.clinician.informs(&self.patient, "caseDiscussion");
                let body = json!({"form": "written", "givenBy": "self",
                    "informationRecordId": information});
                (vec![self.draft().id], Some(body))
            }
            "refuseConsent" => (vec![self.draft().id], Some(json!({}))),
            "withdrawConsent" => (granted(), Some(json!({"form": "oral"}))),
            "narrowConsent" => (granted(), Some(json!({"grants": [self.grant()]}))),
            "renewConsent" => (granted(), Some(json!({}))),
            _ => return None,
        };
        Some((self.clinician.client().clone(), ids, body))
    }

    fn of_cases(&self, operation: &Operation) -> Option<Ready> {
        let case = || self.clinician.opens_case_for(&self.patient);
        let member = |person: &Person| json!({"personId": person.id, "unitId": self.dps.id, "basis": "team"});
        let adviser = json!({"personId": self.adviser.id, "unitId": self.nav.id});
        let (ids, body) = match operation.id.as_str() {
            "createCase" => (vec![], Some(json!({"patientId": self.patient.id}))),
            "addMember" => {
                let colleague = self.world.clinician_at(&self.dps);
                (vec![case().id], Some(member(&colleague)))
            }
            "endMembership" => {
                let (case, colleague) = (case(), self.world.clinician_at(&self.dps));
                let path = format!("/cases/{}/members", case.id);
                self.clinician
                    .post(&path, member(&colleague))
                    .expect(201)
                    .done();
                (vec![case.id, colleague.id], None)
            }
            "addStatement" => {
                let body = json!({"category": "plan", "text": "Ny samtale om to uker."});
                (vec![case().id], Some(body))
            }
            "writeSummary" => (vec![case().id], Some(crate::cases::plain_summary())),
            "closeCase" => (vec![case().id], None),
            "reopenCase" => {
                let case = case();
                let path = format!("/cases/{}/closure", case.id);
                self.clinician
                    .post_over(&path, json!({}))
                    .expect(204)
                    .done();
                (vec![case.id], None)
            }
            "mayIShare" => {
                let body = json!({"recipients": [adviser], "purpose": "caseDiscussion"});
                (vec![self.case.id.clone()], Some(body))
            }
            "listCoverage" => {
                let body = json!({"recipient": adviser, "purpose": "caseDiscussion"});
                (vec![self.case.id.clone()], Some(body))
            }
            "openDiscussion" => {
                let body = json!({"audienceUnitId": self.nav.id, "purpose": "caseDiscussion",
                    "attested": true});
                (vec![self.case.id.clone()], Some(body))
            }
            _ => return None,
        };
        Some((self.clinician.client().clone(), ids, body))
    }

    fn of_discussions(&self, operation: &Operation) -> Option<Ready> {
        let put = || {
            self.clinician
                .puts_before(&self.case, &self.nav, "caseDiscussion")
                .id
        };
        let (caller, ids, body) = match operation.id.as_str() {
            "readDiscussion" => (&self.adviser, vec![self.discussion.id.clone()], None),
            "writeMessage" => {
                let body = json!({"kind": "question", "body": {"class": "anonymised",
                    "categories": [], "text": "Hva kan vi gjøre?"}});
                (&self.clinician, vec![put()], Some(body))
            }
            "pressRecognised" => (&self.adviser, vec![put()], None),
            "closeDiscussion" => (&self.clinician, vec![put()], Some(json!({}))),
            "recordOralDisclosure" => {
                let just_now = clock::now() - SignedDuration::from_secs(2);
                let heard = json!([{"personId": self.adviser.id, "unitId": self.nav.id}]);
                let body = json!({"disclosedAt": just_now.to_string(), "recipients": heard,
                    "categories": ["identity"]});
                (&self.clinician, vec![put()], Some(body))
            }
            "withdrawFromDiscussion" => {
                drop(self.granted("caseDiscussion", &self.adviser));
                let discussion = put();
                self.adviser
                    .get(&format!("/discussions/{discussion}"))
                    .expect(200)
                    .done();
                (&self.adviser, vec![discussion], self.body_of(operation))
            }
            _ => return None,
        };
        Some((caller.client().clone(), ids, body))
    }

    fn of_notes(&self, operation: &Operation) -> Option<Ready> {
        let (caller, ids, body) = match operation.id.as_str() {
            "openParticipation" => {
                let body = json!({"discussionId": self.ips_discussion().id});
                (&self.job_specialist, vec![], Some(body))
            }
            "addParticipationMember" => (
                &self.job_specialist,
                vec![self.participation()],
                Some(self.as_supervisor()),
            ),
            "endParticipationMembership" => {
                let participation = self.participation();
                let path = format!("/ips/participations/{participation}/members");
                self.job_specialist
                    .post(&path, self.as_supervisor())
                    .expect(201)
                    .done();
                (
                    &self.job_specialist,
                    vec![participation, self.supervisor.id.clone()],
                    None,
                )
            }
            "endParticipation" => (&self.job_specialist, vec![self.participation()], None),
            "listCaseFileNotes" | "getCaseFileNote" | "acknowledgeCaseFileNote" => {
                (&self.adviser, vec![], self.body_of(operation))
            }
            _ => return None,
        };
        Some((caller.client().clone(), ids, body))
    }

    fn as_supervisor(&self) -> Value {
        json!({"personId": self.supervisor.id, "unitId": self.ips.id, "function": "methodSupervisor"})
    }
}

/// Who asks, the ids of the path (none: those in stock), and the body.
type Ready = (Client, Vec<String>, Option<Value>);
