//! Cases as their teams make them: statements, summaries, and what is put before whom.

use serde_json::{Value, json};

use crate::client::Caller;
use crate::patients::Patient;
use crate::people::Person;
use crate::reply::Reply;
use crate::units::Unit;

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id.
    pub id: String,
}

/// A case put before a unit.
#[derive(Clone, Debug)]
pub struct Discussion {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
}

impl Person {
    /// Makes a case for a patient of one's own.
    #[must_use]
    pub fn opens_case_for(&self, patient: &Patient) -> Case {
        let made = self
            .post("/cases", json!({"patientId": patient.id}))
            .expect(201);
        Case { id: made.id() }
    }

    /// Makes a case that is about no patient.
    #[must_use]
    pub fn opens_general_question(&self, question: &str) -> Case {
        let made = self
            .post("/cases", json!({"question": question}))
            .expect(201);
        Case { id: made.id() }
    }

    /// Adds a statement.
    pub fn states(&self, case: &Case, category: &str, text: &str) {
        let path = format!("/cases/{}/statements", case.id);
        self.post(&path, json!({"category": category, "text": text}))
            .expect(201)
            .done();
    }

    /// Writes an anonymised summary that draws on nothing but identity (the age band).
    pub fn summarises(&self, case: &Case) {
        self.summarises_as(case, plain_summary()).expect(200).done();
    }

    /// Writes an anonymised summary.
    #[must_use]
    pub fn summarises_as(&self, case: &Case, summary: Value) -> Reply {
        self.call("PUT", &format!("/cases/{}/summary", case.id))
            .header("If-Match", "*")
            .json(&summary)
            .send()
    }

    /// Puts a case before a unit.
    #[must_use]
    pub fn puts_before(&self, case: &Case, audience: &Unit, purpose: &str) -> Discussion {
        let path = format!("/cases/{}/discussions", case.id);
        let body = json!({"audienceUnitId": audience.id, "purpose": purpose, "attested": true});
        let opened = self.post(&path, body).expect(201).json();
        let text = |name: &str| opened[name].as_str().expect("a text").to_owned();
        Discussion {
            id: text("id"),
            label: text("label"),
        }
    }

    /// Makes a case with a summary and puts it before a unit.
    #[must_use]
    pub fn discusses(&self, patient: &Patient, audience: &Unit, purpose: &str) -> Discussion {
        let case = self.opens_case_for(patient);
        self.summarises(&case);
        self.puts_before(&case, audience, purpose)
    }

    /// Reads a discussion.
    #[must_use]
    pub fn reads(&self, discussion: &Discussion) -> Reply {
        self.get(&format!("/discussions/{}", discussion.id))
    }

    /// Reads a discussion and tells which view it is.
    #[must_use]
    pub fn sees(&self, discussion: &Discussion) -> String {
        let view = self.reads(discussion).expect(200).json();
        view["view"].as_str().expect("a view").to_owned()
    }
}

/// The body of a summary that draws on identity alone.
#[must_use]
pub fn plain_summary() -> Value {
    json!({
        "ageBand": "30-39",
        "question": "Hvilke tiltak passer for en som vil tilbake til jobb?",
        "questionDrawsOn": [],
        "attested": true,
    })
}
