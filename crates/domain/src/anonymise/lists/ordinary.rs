//! Ordinary words that may stand with a capital inside a sentence without naming anybody: the
//! small words that start one after a quote or a dash, weekdays and months, the services and
//! measures that every case speaks of, medicines, and the names of common conditions.

use crate::anonymise::words::Words;

/// See the module.
pub(super) static ORDINARY: Words = Words::of(&[
    // Small words, bokmål and nynorsk.
    "jeg eg du han hun ho hen den det vi oss dere dykk de dei dem meg deg ham henne seg man en ei",
    "et ein eit min mitt mi din ditt sin sitt sine vårt våre deres dykkar hennes hennar",
    "denne dette disse desse hva kva hvem kven hvor kor hvordan korleis hvorfor kvifor når hvilken",
    "hvilke hvilket kan kunne vil skal skulle må måtte bør burde får fikk fekk har hadde er",
    "var vært være vær blir ble blei blitt bli gjør gjorde gjort finnes finst i på til fra frå med",
    "mot om over under ved hos for av etter før mellom gjennom uten utan innen rundt langs bak",
    "foran og men eller da som at dersom hvis viss fordi siden sidan mens medan selv sjølv også",
    "òg så slik slike ikke ikkje aldri alltid ofte noen nokon noe noko ingen inga alle alt hele",
    "heile hver hvert kvar kvart både begge annen annet andre samme same mange flere fleire",
    "mye mykje lite få mer meir mest nå no her der hit dit hjemme heime ja nei takk kanskje bare",
    "berre vel nok altså derfor difor likevel imidlertid dessuten deretter etterpå først",
    "videre vidare ellers samtidig vanligvis generelt kort snart nylig tidligere tidlegare",
    "foreløpig nesten ganske svært veldig helt heilt delvis litt særlig spesielt ifølge angående",
    "vedrørende basert gitt hei god godt gode bra ny nytt nye stor stort store liten små første",
    "siste neste to tre fire fem seks sju syv åtte ni ti",
    // Verbs that open sentences and questions.
    "ønsker ønskjer trenger treng opplever mener meiner tror trur vet veit ser sa sier seier spør",
    "spurte går gikk gjekk kommer kjem kom tar tek tok gir gav ga lurer takker fungerer jobber",
    "arbeider sliter strever klarer behøver forsøker prøver anbefaler foreslår vurderer håper",
    "bruker ring kontakt snakk møt hjelp tilby lag skriv send sett legg vent hør les merk",
    "fortsett fortsette avklare avklares følge følges starte startet søke søker se gi",
    // Time.
    "mandag tirsdag onsdag torsdag fredag lørdag laurdag søndag søndagen januar februar april juni",
    "juli september oktober november desember sommer høst haust vinter påske pinse uke veke",
    "bor bodde adresse adressen måned månad år tema oversikt frist fristen",
    // People by what they are.
    "pasient pasienten pasienter bruker brukeren klient klienten deltaker deltakeren deltakar",
    "vedkommende personen person behandler behandleren fastlege fastlegen lege legen psykolog",
    "psykologen psykiater veileder veilederen rådgiver jobbspesialist jobbspesialisten",
    "jobbspesialister",
    "koordinator møteleder metodeveileder saksbehandler arbeidsgiver arbeidsgiveren pårørende",
    "foreldre foresatte mor far kollega leder lederen mann kvinne gutt jente barn ungdom familie",
    // Services, measures, benefits.
    "nav dps bup ips rph rupo ara fact oppfølging oppfølgingen saksdrøfting saksdrøftingsverksted",
    "drøfting spørsmål spørsmålet svar bakgrunn problemstilling funksjon funksjonsnivå diagnose",
    "behandling behandlingen medisiner medisin mål plan tiltak tiltaket status situasjon",
    "konklusjon oppsummering forslag arbeid arbeidet arbeidsevne jobb jobben skole skolen økonomi",
    "bolig helse helsen psykisk rask helsehjelp helsehjelpen sykepenger sykemelding sykmelding",
    "sykmeldt arbeidsavklaringspenger uføretrygd uføretrygden dagpenger sosialhjelp trygd",
    "kvalifiseringsprogrammet arbeidslivssenter arbeidsforberedende trening individuell",
    "arbeidsrettet varig tilrettelagt nasjonal nasjonalt region ruspoliklinikken ung",
    "divisjon rådet jobbhuset fylkesmannen samarbeid individual placement and support",
    "supported tilretteleggingsgaranti aktivitetsplan aktivitetsplanen",
    "helsedirektoratet folkehelseinstituttet statsforvalteren kommune kommunen fylkeskommunen",
    "stat staten departementet lånekassen husbanken namsmannen helsenorge helfo skatteetaten",
    "stortinget regjeringen storting norge noreg norden europa eu eøs skandinavia vestlandet",
    "østlandet sørlandet trøndelag nord sør øst vest midt norsk norske internett",
    "bydel avdeling seksjon sykehus sykehuset poliklinikk poliklinikken klinikk senter senteret",
    "kompetansesenter verksted drop in team teams zoom dips word excel outlook whatsapp facebook",
    "messenger instagram snapchat tiktok youtube skype chrome windows iphone android",
    "anonym anonymt anonymisert samtykke taushetsplikt lov loven forskrift paragraf covid corona",
    "korona pandemien kirken gud islam allah ramadan koranen bibelen",
    // Conditions and medicines.
    "asperger aspergers adhd add ptsd ocd parkinson alzheimer crohn crohns bechterew bechterews",
    "basedow raynaud lyme ritalin concerta medikinet strattera elvanse aduvanz sertralin zoloft",
    "cipralex escitalopram citalopram cipramil fluoksetin fontex venlafaksin efexor mirtazapin",
    "remeron lamictal lamotrigin litium lithionit seroquel quetiapin zyprexa olanzapin abilify",
    "aripiprazol risperdal risperidon leponex klozapin haldol trilafon cisordinol truxal nozinan",
    "imovane zopiklon stilnoct vallergan melatonin circadin sobril valium vival stesolid rivotril",
    "xanor subutex suboxone metadon buvidal antabus campral naltrekson lyrica neurontin paracet",
    "ibux tramadol nobligan oxycontin paralgin metylfenidat lisdeksamfetamin",
]);

/// Ends of long words that no name has.
pub(super) static ORDINARY_ENDS: Words = Words::of(&[
    "ansvarlig arbeid arbeidet behandler behandleren behandling behandlingen direktoratet",
    "evne evnen fasen fellesskap gruppa gruppe gruppen hjelp hjelpa hjelpen kontor kontoret",
    "konsulent koordinator koordinatoren klinikk klinikken meldinga melding meldingen miljø",
    "møte møtet nemnda ordning ordningen penger pengene plan planen pleier program programmet",
    "senter senteret skjema spesialist spesialisten spesialistene støtte støtten stønad",
    "stønaden samarbeidet team teamet terapeut terapeuten terapi tilbud tilbudet tilskudd",
    "tilskuddet tiltak tiltaket tjeneste tjenesten trening treninga treningen trygd trygden",
    "veileder veilederen verket vernet utredning utredningen",
]);
