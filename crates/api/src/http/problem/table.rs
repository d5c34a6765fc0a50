//! The one table of problem codes: status and words of each, in the three languages.

use actix_web::http::StatusCode;

use crate::http::language::Text;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident,
        $nb_title:literal, $nb:literal; $nn_title:literal, $nn:literal; $en_title:literal, $en:literal;)*) => {
        /// What went wrong, as far as the caller may know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code on the wire.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The HTTP status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),* }
            }

            /// A few words that name the problem, the same at each occurrence.
            #[must_use]
            pub const fn title(self) -> Text {
                match self { $(Self::$name => Text::fixed($nb_title, $nn_title, $en_title)),* }
            }

            /// What it means and what to do about it.
            #[must_use]
            pub const fn detail(self) -> Text {
                match self { $(Self::$name => Text::fixed($nb, $nn, $en)),* }
            }

            /// The code that `code` names.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|c| c.code() == code)
            }
        }
    };
}

problems! {
    /// Not JSON, not a UUID, an unknown parameter, a header out of form.
    Malformed = "malformed", BAD_REQUEST,
        "Forespørselen kan ikke leses", "Rett opp det som er oppgitt under errors, og prøv igjen.";
        "Førespurnaden kan ikkje lesast", "Rett opp det som er oppgjeve under errors, og prøv igjen.";
        "The request can't be read", "Mend what errors points to and try again.";
    /// No token, or one that proves nothing.
    Unauthenticated = "unauthenticated", UNAUTHORIZED,
        "Ikke innlogget", "Forespørselen mangler et gyldig token. Årsaken står under errors.";
        "Ikkje innlogga", "Førespurnaden manglar eit gyldig token. Årsaka står under errors.";
        "Not authenticated", "The request has no valid token. The reason is given under errors.";
    /// The caller's role or scope lacks the operation.
    Forbidden = "forbidden", FORBIDDEN,
        "Ingen tilgang til denne handlingen", "Rollen eller omfanget ditt gir ikke rett til denne handlingen.";
        "Ingen tilgang til denne handlinga", "Rolla eller omfanget ditt gjev ikkje rett til denne handlinga.";
        "Not allowed", "Your role or scope doesn't include this operation.";
    /// The token proves somebody whom the registry doesn't know.
    UnknownCaller = "unknownCaller", FORBIDDEN,
        "Ukjent bruker", "Tokenet er gyldig, men er ikke knyttet til noen i registeret. En administrator kan gjøre det.";
        "Ukjend brukar", "Tokenet er gyldig, men er ikkje knytt til nokon i registeret. Ein administrator kan gjere det.";
        "Unknown caller", "The token is valid but linked to nobody in the registry. An administrator can link it.";
    /// Several affiliations, and the request names none of them.
    AffiliationRequired = "affiliationRequired", BAD_REQUEST,
        "Tilknytning må oppgis", "Du har flere tilknytninger. Oppgi hvilken du handler i, i headeren Samrad-Affiliation.";
        "Tilknyting må oppgjevast", "Du har fleire tilknytingar. Oppgje kva for ei du handlar i, i headeren Samrad-Affiliation.";
        "Affiliation required", "You hold several affiliations. Name the one you act in with the header Samrad-Affiliation.";
    /// The affiliation named is not one that the caller holds now.
    AffiliationUnknown = "affiliationUnknown", FORBIDDEN,
        "Ukjent tilknytning", "Tilknytningen i Samrad-Affiliation er ikke en du har nå.";
        "Ukjend tilknyting", "Tilknytinga i Samrad-Affiliation er ikkje ei du har no.";
        "Affiliation unknown", "The affiliation in Samrad-Affiliation is not one that you hold now.";
    /// Absent, or invisible to this caller: the same answer.
    NotFound = "notFound", NOT_FOUND,
        "Finnes ikke", "Det finnes ikke noe her som du kan se.";
        "Finst ikkje", "Det finst ikkje noko her som du kan sjå.";
        "Not found", "There is nothing here that you can see.";
    /// No operation has this path.
    UnknownRoute = "unknownRoute", NOT_FOUND,
        "Ukjent adresse", "Ingen operasjon har denne adressen. Se /docs.";
        "Ukjend adresse", "Ingen operasjon har denne adressa. Sjå /docs.";
        "Unknown route", "No operation has this path. See /docs.";
    /// The path exists, with other methods.
    MethodNotAllowed = "methodNotAllowed", METHOD_NOT_ALLOWED,
        "Metoden er ikke tillatt", "Adressen finnes, men ikke med denne metoden. Se headeren Allow.";
        "Metoden er ikkje tillaten", "Adressa finst, men ikkje med denne metoden. Sjå headeren Allow.";
        "Method not allowed", "The path exists, but not with this method. See the header Allow.";
    /// None of the formats asked for can be given.
    NotAcceptable = "notAcceptable", NOT_ACCEPTABLE,
        "Formatet finnes ikke", "Svaret finnes ikke i noe format som Accept tillater.";
        "Formatet finst ikkje", "Svaret finst ikkje i noko format som Accept tillèt.";
        "Not acceptable", "The answer doesn't exist in a format that Accept allows.";
    /// The state of the resource doesn't admit the act.
    Conflict = "conflict", CONFLICT,
        "Tilstanden tillater det ikke", "Ressursen er i en tilstand der dette ikke kan gjøres.";
        "Tilstanden tillèt det ikkje", "Ressursen er i ein tilstand der dette ikkje kan gjerast.";
        "Conflict with the state", "The resource is in a state in which this can't be done.";
    /// `If-Match` names another version than the present one.
    StaleVersion = "staleVersion", PRECONDITION_FAILED,
        "Endret i mellomtiden", "Ressursen er endret siden du hentet den. Hent den på nytt og prøv igjen.";
        "Endra i mellomtida", "Ressursen er endra sidan du henta han. Hent han på nytt og prøv igjen.";
        "Changed meanwhile", "The resource has changed since you fetched it. Fetch it again and retry.";
    /// `If-Match` is missing.
    VersionRequired = "versionRequired", PRECONDITION_REQUIRED,
        "Versjon må oppgis", "Send ETag-en du fikk sist, i headeren If-Match.";
        "Versjon må oppgjevast", "Send ETag-en du fekk sist, i headeren If-Match.";
        "Version required", "Send the ETag you last received in the header If-Match.";
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupportedMediaType", UNSUPPORTED_MEDIA_TYPE,
        "Formatet støttes ikke", "Send innholdet som application/json i UTF-8, uten komprimering.";
        "Formatet er ikkje støtta", "Send innhaldet som application/json i UTF-8, utan komprimering.";
        "Unsupported media type", "Send the body as application/json in UTF-8, without compression.";
    /// The body is larger than 256 KiB.
    TooLarge = "tooLarge", PAYLOAD_TOO_LARGE,
        "For stort innhold", "Innholdet kan være på høyst 256 KiB.";
        "For stort innhald", "Innhaldet kan vere på høgst 256 KiB.";
        "Too large", "The body may hold at most 256 KiB.";
    /// Well-formed JSON that isn't what the operation takes.
    Invalid = "invalid", UNPROCESSABLE_ENTITY,
        "Innholdet er ikke gyldig", "Rett opp feltene som er oppgitt under errors, og prøv igjen.";
        "Innhaldet er ikkje gyldig", "Rett opp felta som er oppgjevne under errors, og prøv igjen.";
        "Invalid content", "Mend the fields that errors points to and try again.";
    /// A rule of the domain says no; the rule is named.
    RuleBroken = "ruleBroken", UNPROCESSABLE_ENTITY,
        "Strider mot en regel", "Handlingen er ikke tillatt etter regelen som er oppgitt.";
        "Strid mot ein regel", "Handlinga er ikkje tillaten etter regelen som er oppgjeven.";
        "Against a rule", "The rule named doesn't allow this act.";
    /// The same `Idempotency-Key` with another request.
    IdempotencyMismatch = "idempotencyMismatch", UNPROCESSABLE_ENTITY,
        "Nøkkelen er brukt før", "Idempotency-Key er brukt før, med et annet innhold. Bruk en ny nøkkel.";
        "Nøkkelen er brukt før", "Idempotency-Key er brukt før, med eit anna innhald. Bruk ein ny nøkkel.";
        "Key used before", "The Idempotency-Key was used before with another request. Use a new key.";
    /// More requests than the client may make.
    TooManyRequests = "tooManyRequests", TOO_MANY_REQUESTS,
        "For mange forespørsler", "Vent så lenge som Retry-After sier.";
        "For mange førespurnader", "Vent så lenge som Retry-After seier.";
        "Too many requests", "Wait as long as Retry-After says.";
    /// The database or an issuer's keys can't be reached.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE,
        "Ikke tilgjengelig nå", "Tjenesten kan ikke svare akkurat nå. Ingenting er endret. Prøv igjen etter Retry-After.";
        "Ikkje tilgjengeleg no", "Tenesta kan ikkje svare akkurat no. Ingenting er endra. Prøv igjen etter Retry-After.";
        "Unavailable", "The service can't answer just now. Nothing has changed. Retry after Retry-After.";
    /// A fault of ours.
    Internal = "internal", INTERNAL_SERVER_ERROR,
        "Intern feil", "Noe gikk galt hos oss. Oppgi traceId når du melder fra.";
        "Intern feil", "Noko gjekk gale hos oss. Oppgje traceId når du melder frå.";
        "Internal error", "Something went wrong on our side. Give the traceId when you report it.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_stands_once_and_has_words_in_every_language() {
        let codes: HashSet<_> = Code::ALL.iter().map(|c| c.code()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::parse(code.code()), Some(*code));
            for text in [code.title(), code.detail()] {
                assert!(!text.nb.is_empty() && !text.nn.is_empty() && !text.en.is_empty());
            }
        }
    }
}
