//! The coarse facts that an anonymised summary may state, each one value of a short list, and the
//! categories that stating it draws on. Nothing finer may be added: these are shown to strangers
//! (R3), and a category drawn on must be covered before the case is opened by name.

use crate::code::{Category, CategorySet, codes};

codes! {
    /// Age in fixed decades, so that two bands can't be intersected.
    AgeBand {
        /// 0 to 9 years.
        To9 = "0-9",
        /// 10 to 19 years.
        From10 = "10-19",
        /// 20 to 29 years.
        From20 = "20-29",
        /// 30 to 39 years.
        From30 = "30-39",
        /// 40 to 49 years.
        From40 = "40-49",
        /// 50 to 59 years.
        From50 = "50-59",
        /// 60 to 69 years.
        From60 = "60-69",
        /// 70 to 79 years.
        From70 = "70-79",
        /// 80 years and over.
        From80 = "80plus",
    }

    /// Landsdel: never anything smaller.
    Region {
        /// Nordland, Troms, Finnmark.
        NordNorge = "nordNorge",
        /// Trøndelag.
        Trondelag = "trondelag",
        /// Møre og Romsdal, Vestland, Rogaland.
        Vestlandet = "vestlandet",
        /// Agder.
        Sorlandet = "sorlandet",
        /// Oslo and the rest of the east.
        Ostlandet = "ostlandet",
    }

    /// Broad group of diagnoses.
    DiagnosisGroup {
        /// Anxiety and obsession.
        Anxiety = "anxiety",
        /// Depression and other mood disorders but bipolar.
        Depression = "depression",
        /// Bipolar disorder.
        Bipolar = "bipolar",
        /// Trauma and stress.
        Trauma = "trauma",
        /// Psychosis.
        Psychosis = "psychosis",
        /// ADHD, autism and the like.
        Neurodevelopmental = "neurodevelopmental",
        /// Personality.
        Personality = "personality",
        /// Eating disorders.
        Eating = "eating",
        /// Substance use.
        SubstanceUse = "substanceUse",
        /// Bodily illness or pain.
        Somatic = "somatic",
        /// Several of these.
        Compound = "compound",
        /// None of these, or not clear yet.
        Other = "other",
    }

    /// Sector of work, present or last.
    WorkSector {
        /// Office, administration, finance, information technology.
        Office = "office",
        /// Health and care.
        HealthAndCare = "healthAndCare",
        /// Kindergarten, school, research.
        Education = "education",
        /// Building and construction.
        Construction = "construction",
        /// Industry, oil, energy.
        Industry = "industry",
        /// Shops and sales.
        Retail = "retail",
        /// Hotels, restaurants, cleaning and other services.
        Services = "services",
        /// Transport and storage.
        Transport = "transport",
        /// Farming, forestry, fishing.
        PrimaryIndustries = "primaryIndustries",
        /// Culture, media, sport.
        Culture = "culture",
        /// Public administration, police, defence.
        PublicSector = "publicSector",
        /// Has not been at work yet.
        NotYet = "notYet",
        /// None of these.
        Other = "other",
    }

    /// Group of benefits.
    BenefitGroup {
        /// Sykepenger.
        SickPay = "sickPay",
        /// Arbeidsavklaringspenger.
        WorkAssessment = "workAssessment",
        /// Uføretrygd, whole or part.
        Disability = "disability",
        /// Dagpenger.
        Unemployment = "unemployment",
        /// Økonomisk sosialhjelp, kvalifiseringsstønad.
        SocialAssistance = "socialAssistance",
        /// Another benefit.
        Other = "other",
        /// No benefit.
        Nothing = "nothing",
    }

    /// How long treatment has gone on, roughly.
    CoarseDuration {
        /// Not begun.
        NotBegun = "notBegun",
        /// Under three months.
        UnderThreeMonths = "underThreeMonths",
        /// Three months to a year.
        UnderAYear = "underAYear",
        /// One to three years.
        UnderThreeYears = "underThreeYears",
        /// Three years and more.
        ThreeYearsAndMore = "threeYearsAndMore",
    }

    /// Gender, only where the owner says that it matters.
    Gender {
        /// Woman.
        Woman = "woman",
        /// Man.
        Man = "man",
        /// Neither.
        Other = "other",
    }
}

impl AgeBand {
    /// The band that an age in whole years falls in.
    #[must_use]
    pub const fn of(years: u16) -> Self {
        match years {
            0..=9 => Self::To9,
            10..=19 => Self::From10,
            20..=29 => Self::From20,
            30..=39 => Self::From30,
            40..=49 => Self::From40,
            50..=59 => Self::From50,
            60..=69 => Self::From60,
            70..=79 => Self::From70,
            80.. => Self::From80,
        }
    }
}

impl DiagnosisGroup {
    /// What naming the group gives away. Substance use is a category of its own besides.
    #[must_use]
    pub const fn draws_on(self) -> CategorySet {
        let diagnosis = CategorySet::NONE.with(Category::Diagnosis);
        match self {
            Self::SubstanceUse => diagnosis.with(Category::SubstanceUse),
            Self::Anxiety
            | Self::Depression
            | Self::Bipolar
            | Self::Trauma
            | Self::Psychosis
            | Self::Neurodevelopmental
            | Self::Personality
            | Self::Eating
            | Self::Somatic
            | Self::Compound
            | Self::Other => diagnosis,
        }
    }
}

/// The fields of the allow-list but the question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoarseFacts {
    /// Age; draws on identity.
    pub age_band: Option<AgeBand>,
    /// Landsdel; draws on identity.
    pub region: Option<Region>,
    /// Broad diagnosis; draws on diagnosis.
    pub diagnosis_group: Option<DiagnosisGroup>,
    /// Sector of work; draws on employment history.
    pub work_sector: Option<WorkSector>,
    /// Benefits; draws on benefits.
    pub benefit_group: Option<BenefitGroup>,
    /// How long in treatment; draws on treatment timing.
    pub duration: Option<CoarseDuration>,
    /// Gender, if the owner says that it matters; draws on identity.
    pub gender: Option<Gender>,
}

impl CoarseFacts {
    /// The categories that the fields filled in draw on.
    #[must_use]
    pub fn draws_on(&self) -> CategorySet {
        let identity = self.age_band.is_some() || self.region.is_some() || self.gender.is_some();
        [
            (identity, Category::Identity),
            (self.work_sector.is_some(), Category::EmploymentHistory),
            (self.benefit_group.is_some(), Category::Benefits),
            (self.duration.is_some(), Category::TreatmentTiming),
        ]
        .into_iter()
        .filter_map(|(filled, category)| filled.then_some(category))
        .collect::<CategorySet>()
        .union(
            self.diagnosis_group
                .map_or(CategorySet::NONE, DiagnosisGroup::draws_on),
        )
    }
}
