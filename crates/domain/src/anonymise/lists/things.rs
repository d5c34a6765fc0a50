//! Employers and rare diagnoses.

use crate::anonymise::words::Phrases;

/// Employers that everybody knows. Public ones that most cases speak of (NAV, hospitals) are not
/// here.
pub(super) static EMPLOYERS: Phrases = Phrases::of(
    "Rema 1000, Rema, Kiwi, Coop, Meny, Spar, Bunnpris, Joker, Europris, Posten, Bring,
    PostNord, Equinor, Statoil, Hydro, Yara, Aker, Aker Solutions, Kværner, DNB, Nordea,
    Sparebank 1, SpareBank 1, Telenor, Telia, NRK, TV 2, Schibsted, Aftenposten, Vy, NSB,
    Ruter, Sporveien, Unibuss, Nobina, Norwegian, SAS, Widerøe, Avinor, IKEA, Elkjøp, Power,
    XXL, Clas Ohlson, Biltema, Jula, Obs, Maxbo, Byggmakker, Monter, Plantasjen, Kremmerhuset,
    Nille, Cubus, Dressmann, Lindex, Hennes og Mauritz, Zara, Bik Bok, McDonald's, McDonalds,
    Burger King, Peppes, Starbucks, Espresso House, Egon, Narvesen, 7-Eleven, Circle K, Esso,
    Shell, Tine, Orkla, Nortura, Gilde, Prior, Ringnes, Freia, Nidar, Mowi, Lerøy, Salmar,
    Statkraft, Statnett, Hafslund, Veidekke, Skanska, AF Gruppen, Obos, ISS, Sodexo, Securitas,
    Nokas, Avarn, Manpower, Adecco, Jobzone, Microsoft, Google, Foodora, Wolt, Uber, Tesla,
    Møller Bil, Bertel O Steen, Vinmonopolet, Apotek 1, Boots, Vitusapotek, Kongsberg Gruppen,
    Nammo, Elkem, Borregaard, Jotun, Statens vegvesen, Forsvaret, Politiet, Tolletaten,
    Skatteetaten, Kriminalomsorgen, Color Line, Hurtigruten, Fjordline, Scandic, Thon, Choice,
    Choice Hotels, Radisson, Norsk Hydro, Norsk Tipping, Storebrand, Gjensidige, Tryg, Fretex,
    Frelsesarmeen, Kirkens Bymisjon, Røde Kors, Norsk Folkehjelp, Norlandia, Espira,
    Læringsverkstedet, Aleris, Unicare, Stendi, Humana, Durapart, Asvo, Fontenehuset",
);

/// Diagnoses that few enough have to point a person out.
pub(super) static RARE_DIAGNOSES: Phrases = Phrases::of(
    "Huntington, Huntingtons, Huntingtons sykdom, cystisk fibrose, Marfan, Marfans,
    Marfans syndrom, Ehlers-Danlos, Ehlers Danlos, narkolepsi, kleptomani, pyromani,
    trikotillomani, Prader-Willi, fragilt X, Rett syndrom, Retts syndrom, Turner syndrom,
    Turners syndrom, Klinefelter, Klinefelters, Tourette, Tourettes, Tourettes syndrom,
    dissosiativ identitetslidelse, multippel personlighet, porfyri, Wilsons sykdom,
    Wilson sykdom, sarkoidose, myasthenia gravis, myastenia gravis, hemofili, blødersykdom,
    albinisme, ataksi, Friedreichs ataksi, DiGeorge, 22q11, 22q, Williams syndrom, Angelman,
    Angelmans, fenylketonuri, Føllings sykdom, PKU, Duchenne, Charcot-Marie-Tooth,
    osteogenesis imperfecta, akondroplasi, kortvokst, Kleine-Levin, Capgras, Cotard, Cotards,
    Münchausen, Münchhausen, anti-NMDA, Spielmeyer-Vogt, Batten, Gaucher, Fabry, Pompe,
    Addison, Addisons, Addisons sykdom, Cushing, Cushings, akromegali, sklerodermi,
    kjønnsinkongruens, transseksualisme, pica, selektiv mutisme, katatoni, kataton schizofreni,
    amyotrofisk lateralsklerose, ALS, muskeldystrofi, tuberøs sklerose, nevrofibromatose,
    Recklinghausen, Guillain-Barré, Creutzfeldt-Jakob, Korsakoff, Korsakoffs,
    Korsakoffs syndrom, Wernicke, frontotemporal demens, Picks sykdom, Lewy, Asherman,
    Down syndrom, Downs syndrom, Noonan, Cornelia de Lange, Smith-Magenis, Usher, Leber,
    retinitis pigmentosa, epidermolysis bullosa, ichtyose, lupus, SLE, systemisk lupus, Behçet,
    Behcet, Wegener, vaskulitt, lymfangioleiomyomatose, LAM, pulmonal hypertensjon,
    sigdcelleanemi, thalassemi, leukemi, hivpositiv, HIV, AIDS, tuberkulose, lepra,
    folie à deux, erotomani, pedofili, eksibisjonisme, galaktosemi, syringomyeli,
    ryggmargsbrokk, cerebral parese, Silver-Russell, Sotos, Kabuki, Moebius, hydrocephalus,
    kraniosynostose, Treacher Collins, arthrogryposis",
);
