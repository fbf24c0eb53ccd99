use crate::given::{Home, shows};

#[test]
fn a_second_run_of_a_type_is_refused_naming_the_job() {
    let home = Home::with_catalogue();
    let service = home.running_job();
    let ran = home.run(&["sync", "products", "--json"]);
    assert_eq!(ran.code, Some(1));
    let error = &ran.document()["error"];
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("job 1 (products) is running")),
        "{error:#}"
    );
    assert_eq!(
        (&error["job"]["id"], &error["job"]["status"]),
        (&1.into(), &"running".into())
    );
    let all = home.run(&["sync", "all", "--json"]);
    assert_eq!(all.code, Some(1));
    assert_eq!(all.document()["jobs"], serde_json::json!([]));
    assert_eq!(all.document()["error"]["job"]["id"], 1);
    // A plan stands in nobody's way.
    home.fine(&["sync", "products", "--dry-run"]);
    assert_eq!(
        home.fine(&["jobs", "cancel", "1"]),
        "Job 1 stops at its next batch.\n"
    );
    assert!(service.job(1).unwrap().cancel_requested);
    shows!(home.fine(&["jobs", "show", "1"]));
}

#[test]
fn many_processes_open_a_new_installation_at_once() {
    let home = Home::empty();
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = home.command(&["seed", "--json"], &[]);
            let piped = command.stdout(std::process::Stdio::piped());
            piped.stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut products = 0;
    for child in children {
        let ran = crate::given::Ran::of(&child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        products += ran.document()["shopify"]["products"].as_u64().unwrap();
    }
    assert_eq!(products, 20);
}
