use actix_web::test::TestRequest;

use super::*;
use crate::http::problem::Code;

#[derive(Debug, Deserialize, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Filter {
    #[serde(default)]
    state: Option<String>,
}

fn paged(uri: &str) -> Result<Paged<Filter>, Problem> {
    let keys = web::Data::new(HttpKeys::derive(&[3; 32]));
    let request = TestRequest::with_uri(uri).app_data(keys).to_http_request();
    Paged::from_request(&request, &mut Payload::None).into_inner()
}

fn cursor_of(list: &Paged<Filter>, caller: &[u8]) -> String {
    list.page(vec![1, 2, 3], &list.cursors(caller), |n| *n)
        .unwrap()
        .next_cursor
        .unwrap()
}

#[test]
fn a_page_ends_with_a_cursor_where_there_is_more() {
    let list = paged("/notes?limit=2&state=pending").unwrap();
    assert_eq!(
        (list.limit, list.filter.state.as_deref()),
        (2, Some("pending"))
    );
    let page = list
        .page(vec![1, 2, 3], &list.cursors(b"c"), |n| *n)
        .unwrap();
    assert_eq!(page.items, [1, 2]);
    let next = paged(&format!(
        "/notes?state=pending&cursor={}",
        page.next_cursor.unwrap()
    ))
    .unwrap();
    assert_eq!(next.limit, LIMIT);
    assert_eq!(next.after::<u8>(&next.cursors(b"c")).unwrap(), Some(2));
    assert!(
        list.page(vec![1, 2], &list.cursors(b"c"), |n| *n)
            .unwrap()
            .next_cursor
            .is_none()
    );
    assert_eq!(list.after::<u8>(&list.cursors(b"c")).unwrap(), None);
}

#[test]
fn a_cursor_serves_one_caller_and_one_question() {
    let list = paged("/notes?limit=2&state=pending").unwrap();
    let cursor = cursor_of(&list, b"one");
    let opened = |uri: String, caller: &[u8]| {
        let list = paged(&uri).unwrap();
        list.after::<u8>(&list.cursors(caller))
            .map_err(|problem| problem.code())
    };
    assert_eq!(
        opened(format!("/notes?state=pending&cursor={cursor}"), b"one"),
        Ok(Some(2))
    );
    assert_eq!(
        opened(format!("/notes?state=pending&cursor={cursor}"), b"two"),
        Err(Code::Malformed)
    );
    assert_eq!(
        opened(format!("/notes?state=filed&cursor={cursor}"), b"one"),
        Err(Code::Malformed)
    );
    assert_eq!(
        opened(format!("/notes?cursor={cursor}"), b"one"),
        Err(Code::Malformed)
    );
    assert_eq!(
        opened(format!("/other?state=pending&cursor={cursor}"), b"one"),
        Err(Code::Malformed)
    );
}

#[test]
fn a_cursor_that_was_changed_or_made_up_is_refused() {
    let list = paged("/notes?limit=2").unwrap();
    let cursor = cursor_of(&list, b"one");
    for made_up in [
        format!("{cursor}A"),
        cursor[1..].to_owned(),
        "AAAA".into(),
        "%C3%A6".into(),
        "MQ".into(),
    ] {
        let list = paged(&format!("/notes?cursor={made_up}")).unwrap();
        assert!(
            list.after::<u8>(&list.cursors(b"one")).is_err(),
            "{made_up}"
        );
    }
}

#[test]
fn a_limit_out_of_bounds_and_a_parameter_unknown_are_refused() {
    for query in [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=1&limit=2",
        "cursor=",
        "page=2",
        "cursor=a&cursor=b",
    ] {
        assert_eq!(
            paged(&format!("/notes?{query}")).unwrap_err().code(),
            Code::Malformed,
            "{query}"
        );
    }
    assert_eq!(paged("/notes?limit=200").unwrap().limit, 200);
}
