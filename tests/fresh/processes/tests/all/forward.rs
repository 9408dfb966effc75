//! Values of types that the forwarding processes do not link.

use fresh_peer::Hop;
use fresh_processes::{FORMATS, matrix, run};

/// One hop through a new process.
#[track_caller]
fn hop(program: &str, kind: &str, bytes: &[u8]) -> Hop {
    let [hop] = <[Hop; 1]>::try_from(run::<Vec<Hop>>(program, &[kind], bytes.to_vec())).expect("one envelope, one hop");
    hop
}

/// Sends an envelope through one to five processes without its types; it arrives as it was after each.
#[track_caller]
fn five_hops(kind: &str, bytes: &[u8]) -> Hop {
    let mut last = hop("fresh-forwarder", kind, bytes);
    for _ in 1..5 {
        assert_eq!(last.bytes, bytes);
        last = hop("fresh-forwarder", kind, &last.bytes);
    }
    assert_eq!(last.bytes, bytes);
    last
}

#[test]
fn roots_arrive_as_they_were() {
    for format in FORMATS {
        let sent = matrix(format);
        let (kinds, input) = (vec!["root"; sent.len()], sent.iter().flat_map(|sent| sent.seen.bytes.clone()).collect());
        let mut hops: Vec<Hop> = run("fresh-forwarder", &kinds, input);
        for _ in 1..5 {
            hops = run("fresh-forwarder", &kinds, hops.into_iter().flat_map(|hop| hop.bytes).collect());
        }
        for (sent, hop) in sent.iter().zip(&hops) {
            assert_eq!((&hop.carried[..], &hop.bytes), (&[sent.name.clone()][..], &sent.seen.bytes), "{format}");
        }
    }
}

#[test]
fn what_stands_inside_of_what_is_known_arrives_as_it_was() {
    for format in FORMATS {
        let [bundle]: [Vec<u8>; 1] = run("fresh-producer", &[format, "bundle"], Vec::new());
        let [before, after] = [bundle.clone(), five_hops("bundle", &bundle).bytes]
            .map(|bytes| hop("fresh-linked-forwarder", "bundle", &bytes));
        assert_eq!(before, after, "{format}");
        assert!(before.carried.is_empty() && before.known.len() > 20, "{before:?}");
        let stranger = hop("fresh-forwarder", "bundle", &bundle);
        let needs_domain = |name: &&String| name.contains("domain::");
        assert!(!stranger.carried.is_empty() && !stranger.known.is_empty(), "{format}");
        assert!(stranger.known.iter().all(|says| before.known.contains(says)), "{format}");
        // One more hides a type of `domain` behind a trait object, and is carried whole.
        let n_others = stranger.carried.iter().filter(|name| !needs_domain(name)).count();
        assert!(n_others >= 1 && n_others < stranger.carried.len(), "{:?}", stranger.carried);
    }
}

#[test]
fn a_typed_error_arrives_typed() {
    for format in FORMATS {
        let outcomes: [Vec<u8>; 3] = run("fresh-producer", &[format, "outcomes"], Vec::new());
        let [value, typed, text] = outcomes.each_ref().map(|bytes| five_hops("outcome", bytes));
        assert!(value.known.is_empty() && value.carried.is_empty());
        assert_eq!((&text.known[..], text.carried.len()), (&["text".to_owned()][..], 0));
        let says = "rejected [Foo { id: 3, name: \"foo 3\" }]: invalid digit found in string";
        assert_eq!(
            (&typed.known[..], &typed.carried[..]),
            (&[says.to_owned()][..], &["domain::Rejected<Vec<domain::Foo>>".to_owned()][..])
        );
        let exact: (serde_json::Value, String) = run("fresh-exact", &["outcome"], typed.bytes);
        assert_eq!(
            exact,
            (serde_json::json!([{ "id": 3, "name": "foo 3" }]), "invalid digit found in string".to_owned())
        );
    }
}

/// The processes of the workers name neither the jobs nor what they are about.
#[test]
fn what_an_erased_job_makes_leaves_its_process() {
    for format in FORMATS {
        let [job]: [Vec<u8>; 1] = run("fresh-producer", &[format, "job"], Vec::new());
        let name = "results::Countdown<Vec<domain::Foo>>".to_owned();
        let mut bytes = job;
        for left in [2, 1, 0] {
            let Hop { known, carried, bytes: made } = hop("fresh-linked-forwarder", "job", &bytes);
            let (outcome, names) = known.split_last().expect("it says what it made");
            assert_eq!(names, vec![name.clone(); left + 1], "{format}");
            let about = "Some([Foo { id: 3, name: \"foo 3\" }])";
            if left > 0 {
                assert_eq!(*outcome, format!("Countdown {{ value: {about}, left: {} }}", left - 1), "{format}");
                assert!(carried.is_empty());
            } else {
                assert_eq!(*outcome, format!("nothing is left to do with {about}"), "{format}");
                assert_eq!(carried, ["results::Exhausted<Vec<domain::Foo>>"], "{format}");
            }
            bytes = made;
        }
        let exact: serde_json::Value = run("fresh-exact", &["job"], bytes);
        assert_eq!(exact, serde_json::json!([{ "id": 3, "name": "foo 3" }]), "{format}");
    }
}
