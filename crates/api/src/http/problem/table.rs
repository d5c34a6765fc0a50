//! The one table of problem codes: status, words, cause and cure of each, in the three languages.
//! Each code is a line that stands under its name, and three of words: title, detail, cause, cure.

use actix_web::http::StatusCode;

use crate::http::language::Text;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident,
        $nb_title:literal, $nb:literal, $nb_cause:literal, $nb_cure:literal;
        $nn_title:literal, $nn:literal, $nn_cause:literal, $nn_cure:literal;
        $en_title:literal, $en:literal, $en_cause:literal, $en_cure:literal;)*) => {
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

            /// How it comes about, for the page of the code.
            #[must_use]
            pub const fn cause(self) -> Text {
                match self { $(Self::$name => Text::fixed($nb_cause, $nn_cause, $en_cause)),* }
            }

            /// What to do, for the page of the code.
            #[must_use]
            pub const fn cure(self) -> Text {
                match self { $(Self::$name => Text::fixed($nb_cure, $nn_cure, $en_cure)),* }
            }

            /// The page of the code, which is also the problem's `type`.
            #[must_use]
            pub fn page(self) -> String {
                format!("/problems/{}", self.code())
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
        "Forespørselen kan ikke leses", "Rett opp det som er oppgitt under errors, og prøv igjen.",
        "Adressen, en parameter, en header eller innholdet har en form som ikke kan leses: ikke JSON, ikke en UUID, en parameter som operasjonen ikke kjenner, eller en markør fra et annet spørsmål.",
        "Se errors: pointer viser stedet (JSON-peker i innholdet, ?navn for en parameter, {navn} for en id i adressen, ellers headerens navn), code og detail hva som er galt. Rett opp og send på nytt.";
        "Førespurnaden kan ikkje lesast", "Rett opp det som er oppgjeve under errors, og prøv igjen.",
        "Adressa, ein parameter, ein header eller innhaldet har ei form som ikkje kan lesast: ikkje JSON, ikkje ein UUID, ein parameter som operasjonen ikkje kjenner, eller ein markør frå eit anna spørsmål.",
        "Sjå errors: pointer viser staden (JSON-peikar i innhaldet, ?namn for ein parameter, {namn} for ein id i adressa, elles namnet på headeren), code og detail kva som er gale. Rett opp og send på nytt.";
        "The request can't be read", "Mend what errors points to and try again.",
        "The path, a parameter, a header or the body has a form that can't be read: not JSON, not a UUID, a parameter that the operation doesn't know, or a cursor of another query.",
        "See errors: pointer shows the place (a JSON pointer into the body, ?name for a parameter, {name} for an id in the path, else the name of the header), code and detail what is wrong. Mend it and send again.";
    /// No token, or one that proves nothing.
    Unauthenticated = "unauthenticated", UNAUTHORIZED,
        "Ikke innlogget", "Forespørselen mangler et gyldig token. Årsaken står under errors.",
        "Forespørselen har ikke noe token, eller tokenet er utløpt, har feil mottaker, feil signatur eller for lavt sikkerhetsnivå, eller er utstedt av noen tjenesten ikke stoler på.",
        "Hent et nytt token fra utstederen og send det som Authorization: Bearer. Headeren WWW-Authenticate og feltet errors sier hva som manglet.";
        "Ikkje innlogga", "Førespurnaden manglar eit gyldig token. Årsaka står under errors.",
        "Førespurnaden har ikkje noko token, eller tokenet er gått ut, har feil mottakar, feil signatur eller for lågt tryggleiksnivå, eller er utferda av nokon tenesta ikkje stoler på.",
        "Hent eit nytt token frå utferdaren og send det som Authorization: Bearer. Headeren WWW-Authenticate og feltet errors seier kva som mangla.";
        "Not authenticated", "The request has no valid token. The reason is given under errors.",
        "The request has no token, or the token has expired, has another audience, a false signature or too low a level of assurance, or is issued by nobody the service trusts.",
        "Get a new token from the issuer and send it as Authorization: Bearer. The header WWW-Authenticate and the field errors say what was missing.";
    /// The caller's role or scope lacks the operation.
    Forbidden = "forbidden", FORBIDDEN,
        "Ingen tilgang til denne handlingen", "Rollen eller omfanget ditt gir ikke rett til denne handlingen.",
        "Operasjonen er for andre roller enn den du handler i, eller klientsystemet mangler omfanget (scope) som den krever.",
        "Se x-samrad-roles for operasjonen i /openapi.json. Har du flere tilknytninger, velg den rette med Samrad-Affiliation. Et klientsystem trenger omfanget i registeret og i tokenet.";
        "Ingen tilgang til denne handlinga", "Rolla eller omfanget ditt gjev ikkje rett til denne handlinga.",
        "Operasjonen er for andre roller enn den du handlar i, eller klientsystemet manglar omfanget (scope) som han krev.",
        "Sjå x-samrad-roles for operasjonen i /openapi.json. Har du fleire tilknytingar, vel den rette med Samrad-Affiliation. Eit klientsystem treng omfanget i registeret og i tokenet.";
        "Not allowed", "Your role or scope doesn't include this operation.",
        "The operation is for other roles than the one you act in, or the client system lacks the scope that it requires.",
        "See x-samrad-roles of the operation in /openapi.json. If you hold several affiliations, choose the right one with Samrad-Affiliation. A client system needs the scope in the registry and in its token.";
    /// The token proves somebody whom the registry doesn't know.
    UnknownCaller = "unknownCaller", FORBIDDEN,
        "Ukjent bruker", "Tokenet er gyldig, men er ikke knyttet til noen i registeret. En administrator kan gjøre det.",
        "Tokenet er ekte, men registeret har ingen person eller klient med denne identiteten, eller koblingen er avsluttet.",
        "Be en administrator i virksomheten om å knytte identiteten til personen i registeret.";
        "Ukjend brukar", "Tokenet er gyldig, men er ikkje knytt til nokon i registeret. Ein administrator kan gjere det.",
        "Tokenet er ekte, men registeret har ingen person eller klient med denne identiteten, eller koplinga er avslutta.",
        "Be ein administrator i verksemda om å knyte identiteten til personen i registeret.";
        "Unknown caller", "The token is valid but linked to nobody in the registry. An administrator can link it.",
        "The token is genuine, but the registry has no person or client with this identity, or the link has ended.",
        "Ask an administrator of the organisation to link the identity to the person in the registry.";
    /// Several affiliations, and the request names none of them.
    AffiliationRequired = "affiliationRequired", BAD_REQUEST,
        "Tilknytning må oppgis", "Du har flere tilknytninger. Oppgi hvilken du handler i, i headeren Samrad-Affiliation.",
        "Du har mer enn én gjeldende tilknytning, og en forespørsel handles i én av dem.",
        "Finn tilknytningene dine med GET /api/v1/me, og send id-en til én av dem i headeren Samrad-Affiliation.";
        "Tilknyting må oppgjevast", "Du har fleire tilknytingar. Oppgje kva for ei du handlar i, i headeren Samrad-Affiliation.",
        "Du har meir enn éi gjeldande tilknyting, og ein førespurnad blir handla i éi av dei.",
        "Finn tilknytingane dine med GET /api/v1/me, og send id-en til éi av dei i headeren Samrad-Affiliation.";
        "Affiliation required", "You hold several affiliations. Name the one you act in with the header Samrad-Affiliation.",
        "You hold more than one current affiliation, and a request acts in one of them.",
        "Find your affiliations with GET /api/v1/me, and send the id of one in the header Samrad-Affiliation.";
    /// The affiliation named is not one that the caller holds now.
    AffiliationUnknown = "affiliationUnknown", FORBIDDEN,
        "Ukjent tilknytning", "Tilknytningen i Samrad-Affiliation er ikke en du har nå.",
        "Id-en i Samrad-Affiliation er ikke en tilknytning som du har i dag: den er avsluttet, har ikke begynt, eller er en annens.",
        "Hent tilknytningene dine på nytt med GET /api/v1/me. Mangler en, kan en administrator registrere den.";
        "Ukjend tilknyting", "Tilknytinga i Samrad-Affiliation er ikkje ei du har no.",
        "Id-en i Samrad-Affiliation er ikkje ei tilknyting som du har i dag: ho er avslutta, har ikkje byrja, eller er ein annan si.",
        "Hent tilknytingane dine på nytt med GET /api/v1/me. Manglar ei, kan ein administrator registrere ho.";
        "Affiliation unknown", "The affiliation in Samrad-Affiliation is not one that you hold now.",
        "The id in Samrad-Affiliation is not an affiliation that you hold today: it has ended, has not begun, or is somebody else's.",
        "Fetch your affiliations afresh with GET /api/v1/me. If one is missing, an administrator can register it.";
    /// Absent, or invisible to this caller: the same answer.
    NotFound = "notFound", NOT_FOUND,
        "Finnes ikke", "Det finnes ikke noe her som du kan se.",
        "Det finnes ingen ting med denne id-en, eller den er ikke for deg. Svaret er det samme i begge tilfeller, for at ingen skal få vite at noe finnes.",
        "Kontroller id-en og hvilken tilknytning du handler i. Skal du ha tilgang, må noen i saksteamet gi deg den.";
        "Finst ikkje", "Det finst ikkje noko her som du kan sjå.",
        "Det finst ingen ting med denne id-en, eller han er ikkje for deg. Svaret er det same i begge tilfelle, for at ingen skal få vite at noko finst.",
        "Kontroller id-en og kva for ei tilknyting du handlar i. Skal du ha tilgang, må nokon i saksteamet gje deg den.";
        "Not found", "There is nothing here that you can see.",
        "Nothing has this id, or it is not for you. The answer is the same either way, so that nobody learns that something exists.",
        "Check the id and the affiliation that you act in. If you are to have access, somebody on the case team must give it.";
    /// No operation has this path.
    UnknownRoute = "unknownRoute", NOT_FOUND,
        "Ukjent adresse", "Ingen operasjon har denne adressen. Se /docs.",
        "Ingen operasjon har denne adressen. Den kan være skrevet feil, eller høre til en annen versjon.",
        "Slå opp adressen i /docs eller /openapi.json.";
        "Ukjend adresse", "Ingen operasjon har denne adressa. Sjå /docs.",
        "Ingen operasjon har denne adressa. Ho kan vere skriven feil, eller høyre til ein annan versjon.",
        "Slå opp adressa i /docs eller /openapi.json.";
        "Unknown route", "No operation has this path. See /docs.",
        "No operation has this path. It may be misspelt, or belong to another version.",
        "Look the path up in /docs or /openapi.json.";
    /// The path exists, with other methods.
    MethodNotAllowed = "methodNotAllowed", METHOD_NOT_ALLOWED,
        "Metoden er ikke tillatt", "Adressen finnes, men ikke med denne metoden. Se headeren Allow.",
        "Adressen finnes, men tar ikke imot denne metoden.",
        "Bruk en av metodene i headeren Allow.";
        "Metoden er ikkje tillaten", "Adressa finst, men ikkje med denne metoden. Sjå headeren Allow.",
        "Adressa finst, men tek ikkje imot denne metoden.",
        "Bruk ein av metodane i headeren Allow.";
        "Method not allowed", "The path exists, but not with this method. See the header Allow.",
        "The path exists but doesn't take this method.",
        "Use one of the methods in the header Allow.";
    /// None of the formats asked for can be given.
    NotAcceptable = "notAcceptable", NOT_ACCEPTABLE,
        "Formatet finnes ikke", "Svaret finnes ikke i noe format som Accept tillater.",
        "Headeren Accept utelukker alle formater som svaret finnes i.",
        "Send et format som operasjonen har ifølge /openapi.json, eller utelat Accept.";
        "Formatet finst ikkje", "Svaret finst ikkje i noko format som Accept tillèt.",
        "Headeren Accept stengjer ute alle format som svaret finst i.",
        "Send eit format som operasjonen har ifølgje /openapi.json, eller utelat Accept.";
        "Not acceptable", "The answer doesn't exist in a format that Accept allows.",
        "The header Accept excludes every format that the answer exists in.",
        "Send a format that the operation has according to /openapi.json, or leave Accept out.";
    /// The state of the resource doesn't admit the act.
    Conflict = "conflict", CONFLICT,
        "Tilstanden tillater det ikke", "Ressursen er i en tilstand der dette ikke kan gjøres.",
        "Handlingen er gyldig, men ikke nå: ressursen er for eksempel avsluttet, trukket tilbake eller registrert fra før. Feltet reason sier hva det gjelder.",
        "Hent ressursen på nytt og se hvilken tilstand den er i. Er handlingen gjort fra før, er det ikke noe mer å gjøre.";
        "Tilstanden tillèt det ikkje", "Ressursen er i ein tilstand der dette ikkje kan gjerast.",
        "Handlinga er gyldig, men ikkje no: ressursen er til dømes avslutta, trekt tilbake eller registrert frå før. Feltet reason seier kva det gjeld.",
        "Hent ressursen på nytt og sjå kva for ein tilstand han er i. Er handlinga gjord frå før, er det ikkje noko meir å gjere.";
        "Conflict with the state", "The resource is in a state in which this can't be done.",
        "The act is valid, but not now: the resource is for instance ended, withdrawn or registered already. The field reason says which.",
        "Fetch the resource afresh and see what state it is in. If the act is done already, there is nothing more to do.";
    /// `If-Match` names another version than the present one.
    StaleVersion = "staleVersion", PRECONDITION_FAILED,
        "Endret i mellomtiden", "Ressursen er endret siden du hentet den. Hent den på nytt og prøv igjen.",
        "Noen har endret ressursen etter at du hentet den. If-Match nevner en tidligere versjon, eller bare svake merker (W/), som aldri stemmer.",
        "Hent ressursen på nytt, se om endringen din fortsatt passer, og send den med den nye ETag-en i If-Match.";
        "Endra i mellomtida", "Ressursen er endra sidan du henta han. Hent han på nytt og prøv igjen.",
        "Nokon har endra ressursen etter at du henta han. If-Match nemner ein tidlegare versjon, eller berre svake merke (W/), som aldri stemmer.",
        "Hent ressursen på nytt, sjå om endringa di framleis passar, og send ho med den nye ETag-en i If-Match.";
        "Changed meanwhile", "The resource has changed since you fetched it. Fetch it again and retry.",
        "Somebody has changed the resource since you fetched it. If-Match names an earlier version, or only weak tags (W/), which never match.",
        "Fetch the resource afresh, see whether your change still fits, and send it with the new ETag in If-Match.";
    /// `If-Match` is missing.
    VersionRequired = "versionRequired", PRECONDITION_REQUIRED,
        "Versjon må oppgis", "Send ETag-en du fikk sist, i headeren If-Match.",
        "Operasjonen endrer noe som andre også kan endre, og forespørselen sier ikke hvilken versjon du har sett.",
        "Hent ressursen, og send ETag-en derfra i headeren If-Match. If-Match: * sier at enhver versjon er god nok.";
        "Versjon må oppgjevast", "Send ETag-en du fekk sist, i headeren If-Match.",
        "Operasjonen endrar noko som andre òg kan endre, og førespurnaden seier ikkje kva for ein versjon du har sett.",
        "Hent ressursen, og send ETag-en derifrå i headeren If-Match. If-Match: * seier at kva versjon som helst er god nok.";
        "Version required", "Send the ETag you last received in the header If-Match.",
        "The operation changes something that others may change too, and the request doesn't say which version you have seen.",
        "Fetch the resource, and send its ETag in the header If-Match. If-Match: * says that any version will do.";
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupportedMediaType", UNSUPPORTED_MEDIA_TYPE,
        "Formatet støttes ikke", "Send innholdet som application/json i UTF-8, uten komprimering.",
        "Content-Type mangler eller er en annen enn application/json, tegnsettet er et annet enn UTF-8, eller innholdet er komprimert.",
        "Send innholdet som ukomprimert JSON i UTF-8, med Content-Type: application/json.";
        "Formatet er ikkje støtta", "Send innhaldet som application/json i UTF-8, utan komprimering.",
        "Content-Type manglar eller er ein annan enn application/json, teiknsettet er eit anna enn UTF-8, eller innhaldet er komprimert.",
        "Send innhaldet som ukomprimert JSON i UTF-8, med Content-Type: application/json.";
        "Unsupported media type", "Send the body as application/json in UTF-8, without compression.",
        "Content-Type is missing or another than application/json, the character set is another than UTF-8, or the body is compressed.",
        "Send the body as uncompressed JSON in UTF-8, with Content-Type: application/json.";
    /// The body is larger than 256 KiB.
    TooLarge = "tooLarge", PAYLOAD_TOO_LARGE,
        "For stort innhold", "Innholdet kan være på høyst 256 KiB.",
        "Innholdet er større enn 256 KiB.",
        "Del innholdet i flere forespørsler, eller forkort tekstene. Grensene for hvert felt står i /openapi.json.";
        "For stort innhald", "Innhaldet kan vere på høgst 256 KiB.",
        "Innhaldet er større enn 256 KiB.",
        "Del innhaldet i fleire førespurnader, eller kort ned tekstane. Grensene for kvart felt står i /openapi.json.";
        "Too large", "The body may hold at most 256 KiB.",
        "The body is larger than 256 KiB.",
        "Divide the content into several requests, or shorten the texts. The bounds of each field stand in /openapi.json.";
    /// Well-formed JSON that isn't what the operation takes.
    Invalid = "invalid", UNPROCESSABLE_ENTITY,
        "Innholdet er ikke gyldig", "Rett opp feltene som er oppgitt under errors, og prøv igjen.",
        "Innholdet er JSON, men ikke det operasjonen tar imot: et felt mangler, er ukjent, har feil type eller er utenfor grensene.",
        "Se errors, som nevner alle feilene på én gang: pointer er en JSON-peker (RFC 6901) til feltet. Rett opp alle og send på nytt.";
        "Innhaldet er ikkje gyldig", "Rett opp felta som er oppgjevne under errors, og prøv igjen.",
        "Innhaldet er JSON, men ikkje det operasjonen tek imot: eit felt manglar, er ukjent, har feil type eller er utanfor grensene.",
        "Sjå errors, som nemner alle feila på éin gong: pointer er ein JSON-peikar (RFC 6901) til feltet. Rett opp alle og send på nytt.";
        "Invalid content", "Mend the fields that errors points to and try again.",
        "The body is JSON, but not what the operation takes: a field is missing, unknown, of a wrong type or out of bounds.",
        "See errors, which tells all faults at once: pointer is a JSON pointer (RFC 6901) to the field. Mend them all and send again.";
    /// A rule of the domain says no; the rule is named.
    RuleBroken = "ruleBroken", UNPROCESSABLE_ENTITY,
        "Strider mot en regel", "Handlingen er ikke tillatt etter regelen som er oppgitt.",
        "En av de fem reglene for samarbeidet (R1 informasjon, R2 samtykke, R3 anonymitet, R4 atskillelse, R5 dokumentasjon) sier nei. Feltet rule sier hvilken, reason hvorfor.",
        "Gjør det regelen krever først, for eksempel informer pasienten før samtykket, eller fjern det som røper hvem det gjelder. Å sende det samme på nytt hjelper ikke.";
        "Strid mot ein regel", "Handlinga er ikkje tillaten etter regelen som er oppgjeven.",
        "Ein av dei fem reglane for samarbeidet (R1 informasjon, R2 samtykke, R3 anonymitet, R4 åtskiljing, R5 dokumentasjon) seier nei. Feltet rule seier kva for ein, reason kvifor.",
        "Gjer det regelen krev først, til dømes informer pasienten før samtykket, eller fjern det som røper kven det gjeld. Å sende det same på nytt hjelper ikkje.";
        "Against a rule", "The rule named doesn't allow this act.",
        "One of the five rules of the cooperation (R1 information, R2 consent, R3 anonymity, R4 separation, R5 documentation) says no. The field rule says which, reason why.",
        "First do what the rule asks, such as informing the patient before the consent, or take out what tells who it is. Sending the same again doesn't help.";
    /// The same `Idempotency-Key` with another request.
    IdempotencyMismatch = "idempotencyMismatch", UNPROCESSABLE_ENTITY,
        "Nøkkelen er brukt før", "Idempotency-Key er brukt før, med et annet innhold. Bruk en ny nøkkel.",
        "Nøkkelen i Idempotency-Key er brukt det siste døgnet, i samme tilknytning og operasjon, for en annen adresse eller et annet innhold.",
        "Lag en ny nøkkel for en ny handling. Gjenta den gamle bare med nøyaktig samme innhold.";
        "Nøkkelen er brukt før", "Idempotency-Key er brukt før, med eit anna innhald. Bruk ein ny nøkkel.",
        "Nøkkelen i Idempotency-Key er brukt det siste døgnet, i same tilknyting og operasjon, for ei anna adresse eller eit anna innhald.",
        "Lag ein ny nøkkel for ei ny handling. Gjenta den gamle berre med nøyaktig same innhald.";
        "Key used before", "The Idempotency-Key was used before with another request. Use a new key.",
        "The key in Idempotency-Key was used within the last day, in the same affiliation and operation, for another path or another body.",
        "Make a new key for a new act. Repeat the old one only with exactly the same body.";
    /// More requests than the client may make.
    TooManyRequests = "tooManyRequests", TOO_MANY_REQUESTS,
        "For mange forespørsler", "Vent så lenge som Retry-After sier.",
        "Klienten har sendt flere forespørsler enn den får sende på kort tid.",
        "Vent så mange sekunder som Retry-After sier, og send saktere. Forespørselen er ikke utført.";
        "For mange førespurnader", "Vent så lenge som Retry-After seier.",
        "Klienten har sendt fleire førespurnader enn han får sende på kort tid.",
        "Vent så mange sekund som Retry-After seier, og send saktare. Førespurnaden er ikkje utført.";
        "Too many requests", "Wait as long as Retry-After says.",
        "The client has sent more requests than it may within a short time.",
        "Wait as many seconds as Retry-After says, and send more slowly. The request was not carried out.";
    /// The database or an issuer's keys can't be reached.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE,
        "Ikke tilgjengelig nå", "Tjenesten kan ikke svare akkurat nå, heller ikke på om noe ble endret. Prøv igjen etter Retry-After.",
        "Databasen, eller nøklene til den som utsteder token, kan ikke nås akkurat nå, eller tjenesten er i ferd med å stanse.",
        "Prøv igjen etter så mange sekunder som Retry-After sier. Bruk samme Idempotency-Key, så blir ingenting gjort to ganger.";
        "Ikkje tilgjengeleg no", "Tenesta kan ikkje svare akkurat no, heller ikkje på om noko vart endra. Prøv igjen etter Retry-After.",
        "Databasen, eller nøklane til den som ferdar ut token, kan ikkje nåast akkurat no, eller tenesta er i ferd med å stanse.",
        "Prøv igjen etter så mange sekund som Retry-After seier. Bruk same Idempotency-Key, så blir ingenting gjort to gonger.";
        "Unavailable", "The service can't answer just now, nor say whether anything was changed. Retry after Retry-After.",
        "The database, or the keys of the issuer of tokens, can't be reached just now, or the service is stopping.",
        "Try again after as many seconds as Retry-After says. Use the same Idempotency-Key, so that nothing is done twice.";
    /// A fault of ours.
    Internal = "internal", INTERNAL_SERVER_ERROR,
        "Intern feil", "Noe gikk galt hos oss. Oppgi traceId når du melder fra.",
        "En feil i tjenesten. Den er skrevet i driftsloggen, uten personopplysninger.",
        "Meld fra til dem som drifter tjenesten, med traceId. Har forespørselen en Idempotency-Key, kan den trygt gjentas.";
        "Intern feil", "Noko gjekk gale hos oss. Oppgje traceId når du melder frå.",
        "Ein feil i tenesta. Han er skriven i driftsloggen, utan personopplysningar.",
        "Meld frå til dei som driftar tenesta, med traceId. Har førespurnaden ein Idempotency-Key, kan han trygt gjentakast.";
        "Internal error", "Something went wrong on our side. Give the traceId when you report it.",
        "A fault in the service. It is written in the operational log, without personal data.",
        "Report it to those who run the service, with the traceId. If the request has an Idempotency-Key, it can safely be repeated.";
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
            for text in [code.title(), code.detail(), code.cause(), code.cure()] {
                let words: HashSet<_> = [&text.nb, &text.nn, &text.en].into_iter().collect();
                assert!(
                    words.iter().all(|words| !words.trim().is_empty()),
                    "{}",
                    code.code()
                );
                assert!(
                    words.len() > 1,
                    "{}: {text:?} is one language only",
                    code.code()
                );
            }
        }
    }
}
