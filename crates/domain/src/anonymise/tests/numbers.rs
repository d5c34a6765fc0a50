use super::*;

#[test]
fn identity_numbers_are_found_however_they_are_broken_up() {
    each_is(
        RefusalKind::IdentityNumber,
        &[
            ("Det er 13097248022, altså", "13097248022"),
            ("130972 48022", "130972 48022"),
            ("130972-48022", "130972-48022"),
            ("13.09.72 48022", "13.09.72 48022"),
            ("13 09 72 480 22", "13 09 72 480 22"),
            ("13/09-72/48022", "13/09-72/48022"),
            ("1 3 0 9 7 2 4 8 0 2 2", "1 3 0 9 7 2 4 8 0 2 2"),
            ("1-3-0-9-7-2-4-8-0-2-2", "1-3-0-9-7-2-4-8-0-2-2"),
            ("13,09,72,48022", "13,09,72,48022"),
            ("130972\n48022", "130972\n48022"),
            ("130972\u{a0}48022", "130972\u{a0}48022"),
            ("130972\u{2011}48022", "130972\u{2011}48022"),
            ("1309\u{200b}7248\u{feff}022", "1309\u{200b}7248\u{feff}022"),
            ("１３０９７２４８０２２", "１３０９７２４８０２２"),
            ("١٣٠٩٧٢٤٨٠٢٢", "١٣٠٩٧٢٤٨٠٢٢"),
            ("१३०९७२ ४८०२२", "१३०९७२ ४८०२२"),
            ("𝟏𝟑𝟎𝟗𝟕𝟐𝟒𝟖𝟎𝟐𝟐", "𝟏𝟑𝟎𝟗𝟕𝟐𝟒𝟖𝟎𝟐𝟐"),
            ("13O97248O22", "13O97248O22"),
            ("fnr13097248022x", "13097248022"),
            ("130972 og så 48022", "130972 og så 48022"),
            ("(130972) 48022", "130972) 48022"),
            ("130972*48022", "130972*48022"),
            ("nummer 5: 130972 48022", "130972 48022"),
        ],
    );
}

#[test]
fn identity_numbers_of_every_kind_are_found() {
    for number in [
        "29029648784",
        "53097248016",
        "10915596784",
        "50846202355",
        "13527248013",
        "02013299903",
        "30108299939",
        "70108299914",
        "01669012329",
        "80123456797",
    ] {
        assert_eq!(refused(number), [(RefusalKind::IdentityNumber, number)]);
        let spaced = format!("{} {}", &number[..6], &number[6..]);
        assert_eq!(
            refused(&spaced),
            [(RefusalKind::IdentityNumber, spaced.as_str())]
        );
    }
}

#[test]
fn eleven_digits_are_refused_even_with_a_slip_of_the_pen() {
    each_is(
        RefusalKind::IdentityNumber,
        &[
            ("13097248023", "13097248023"),
            ("130972 48023", "130972 48023"),
            ("13.09.72.48023", "13.09.72.48023"),
            ("99999999999", "99999999999"),
            ("personnummer 48022", "48022"),
            ("a813097248022", "813097248022"),
        ],
    );
}

#[test]
fn bank_accounts_are_found() {
    each_is(
        RefusalKind::BankAccount,
        &[
            ("8601.11.17947", "8601.11.17947"),
            ("konto 8601 11 17947", "8601 11 17947"),
            ("15031234562", "15031234562"),
            ("1234.56.78901", "1234.56.78901"),
            ("NO93 8601 1117 947", "93 8601 1117 947"),
            ("NO9386011117947", "9386011117947"),
        ],
    );
}

#[test]
fn telephone_numbers_are_found() {
    each_is(
        RefusalKind::Phone,
        &[
            ("90012345", "90012345"),
            ("900 12 345", "900 12 345"),
            ("90 01 23 45", "90 01 23 45"),
            ("9001 2345", "9001 2345"),
            ("900123 45", "900123 45"),
            ("9oo12345", "9oo12345"),
            ("22-11-33-44", "22-11-33-44"),
            ("+47 900 12 345", "47 900 12 345"),
            ("+4790012345", "4790012345"),
            ("0047 90012345", "0047 90012345"),
            ("(+47) 90 01 23 45", "47) 90 01 23 45"),
            ("+46 70 123 45 67", "46 70 123 45 67"),
            ("+44 20 7946 0958", "44 20 7946 0958"),
            ("9 0 0 1 2 3 4 5", "9 0 0 1 2 3 4 5"),
            ("９００ １２ ３４５", "９００ １２ ３４５"),
            ("900\u{200b}12\u{200b}345", "900\u{200b}12\u{200b}345"),
            ("900\u{2009}12\u{2009}345", "900\u{2009}12\u{2009}345"),
            ("tlf. 02800", "02800"),
            ("Ring meg på 90 012 345", "90 012 345"),
            ("900.12.345", "900.12.345"),
        ],
    );
}

#[test]
fn other_long_numbers_are_found() {
    each_is(
        RefusalKind::LongNumber,
        &[
            ("974760673", "974760673"),
            ("orgnr 974 760 673", "974 760 673"),
            ("850101-1234", "850101-1234"),
            ("sak 1234567890123", "1234567890123"),
        ],
    );
}

#[test]
fn full_dates_are_found() {
    each_is(
        RefusalKind::FullDate,
        &[
            ("1.2.1990", "1.2.1990"),
            ("31.12.1999.", "31.12.1999"),
            ("01.02.1990", "01.02.1990"),
            ("01-02-90", "01-02-90"),
            ("1/2-90", "1/2-90"),
            ("1/2 1990", "1/2 1990"),
            ("1. 2. 1990", "1. 2. 1990"),
            ("01 02 1990", "01 02 1990"),
            ("1990-02-01", "1990-02-01"),
            ("1990.2.1", "1990.2.1"),
            ("1990/02/01", "1990/02/01"),
            ("9/13/1972", "9/13/1972"),
            ("født 130972", "130972"),
            ("født 3. mars", "3. mars"),
            ("født 3.3.", "3.3"),
            ("3. mars 1985", "3. mars 1985"),
            ("3 mars 1985", "3 mars 1985"),
            ("3. MARS 1985", "3. MARS 1985"),
            ("3.mars 85", "3.mars 85"),
            ("3. mars -85", "3. mars -85"),
            ("3mars1985", "3mars1985"),
            ("3. okt. 1985", "3. okt. 1985"),
            ("mars 3, 1985", "mars 3, 1985"),
            ("den tredje mars 1985", "tredje mars 1985"),
            ("19850303", "19850303"),
            ("03031985", "03031985"),
            ("０１.０２.１９９０", "０１.０２.１９９０"),
        ],
    );
}

#[test]
fn addresses_are_found() {
    each_is(
        RefusalKind::Address,
        &[
            ("Storgata 5", "Storgata 5"),
            ("bor i storgata 5", "storgata 5"),
            ("Kirkeveien 12B", "Kirkeveien 12B"),
            ("Kirkeveien 12 B", "Kirkeveien 12 B"),
            ("Kirkevegen nr. 12", "Kirkevegen nr. 12"),
            ("Nordre gate 3", "Nordre gate 3"),
            ("nordre gate 3", "nordre gate 3"),
            ("Karl Johans gate 22", "Karl Johans gate 22"),
            ("Karl Johans gt. 22", "Karl Johans gt. 22"),
            ("Bygdøy allé 5", "Bygdøy allé 5"),
            ("Bygdøy alle 5", "Bygdøy alle 5"),
            ("Aker brygge 1", "Aker brygge 1"),
            ("Solbakken 7", "Solbakken 7"),
            ("Storgata, 5", "Storgata, 5"),
            ("Storgt. 5", "Storgt. 5"),
            ("i Nedre Slottsgate 3", "Nedre Slottsgate 3"),
            ("Markveien 35 b", "Markveien 35 b"),
            ("STORGATA 5", "STORGATA 5"),
            ("0182 Oslo", "0182 Oslo"),
            ("0182 OSLO", "0182 OSLO"),
            ("0182 oslo", "0182 oslo"),
            ("N-1450 Nesoddtangen", "1450 Nesoddtangen"),
            ("Postboks 123", "Postboks 123"),
            ("leilighet H0201", "H0201"),
            ("Stor\u{200b}gata 5", "Stor\u{200b}gata 5"),
        ],
    );
}

#[test]
fn e_mail_and_web_addresses_are_found() {
    each_is(
        RefusalKind::Email,
        &[
            ("skriv til kari.n@online.no.", "kari.n@online.no"),
            ("kari＠online.no", "kari＠online.no"),
            ("kari @ online.no", "kari @ online.no"),
            ("xqz(at)online.no", "xqz(at)online.no"),
            ("xqz krøllalfa online.no", "xqz krøllalfa online.no"),
            ("xqz at online.no", "xqz at online.no"),
            ("følg @xqz83", "@xqz83"),
            ("x@y", "x@y"),
        ],
    );
    each_is(
        RefusalKind::Url,
        &[
            ("se https://www.nav.no/x?y=1.", "https://www.nav.no/x?y=1"),
            ("se www.finn.no/123", "www.finn.no/123"),
            ("se finn.no", "finn.no"),
            ("facebook.com/xqz", "facebook.com/xqz"),
            ("hxxp://x.y", "hxxp://x.y"),
            ("xqz.example.com", "xqz.example.com"),
        ],
    );
}

#[test]
fn ordinary_numbers_are_left_alone() {
    none_is_refused(&[
        "fra 2018 til 2019",
        "2018-2019",
        "i 2016, 2018 og 2019",
        "klokken 12.00-15.30",
        "10.10-11.50",
        "kl. 08.00 - 15.30",
        "250 000 kroner",
        "12 000 000 kr",
        "20 000 000",
        "50 % stilling i 6 måneder",
        "3-5 dager i uka",
        "§ 22 og § 23 nr. 3",
        "15, 20, 25 og 30",
        "uke 12",
        "F32.1 og F41.2",
        "1.2.3",
        "100000 kroner",
        "3. mars",
        "mars 1985",
        "våren 2019",
        "G-beløpet er 118620 kr",
        "poengsum 12/27",
        "i 2019 flyttet",
        "på vei 2 ganger",
        "alle 5 sakene",
        "veien videre er 3 samtaler",
        "praksisplass 2 dager",
    ]);
}
