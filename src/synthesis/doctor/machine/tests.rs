//! Machines with one trap each, and one without.

use super::super::Health;
use super::*;

/// A machine on which all is well.
fn sound() -> Machine {
    Machine {
        loader: true,
        drivers: vec!["nvidia_icd.json".into()],
        nodes: vec![("/dev/nvidia0".into(), true)],
        threads: 8,
        real_adapters: 1,
        ..Machine::default()
    }
}

#[test]
fn nothing_is_said_against_a_sound_machine() {
    for container in [false, true] {
        let findings = Machine { container, ..sound() }.findings();
        assert!(findings.iter().all(|f| f.health == Health::Good), "{findings:?}");
    }
}

#[test]
fn every_trap_has_its_remedy() {
    let none = || Machine { real_adapters: 0, ..sound() };
    let closed = vec![("/dev/dri/renderD128".to_owned(), false)];
    let traps = [
        (Machine { loader: false, ..none() }, "Vulkan loader", "libvulkan1"),
        (Machine { drivers: Vec::new(), ..sound() }, "Vulkan drivers", "mesa-vulkan-drivers"),
        (
            Machine { chosen_drivers: Some("/nowhere/a.json".into()), ..none() },
            "Vulkan drivers",
            "unset VK_DRIVER_FILES",
        ),
        (Machine { nodes: closed, ..none() }, "GPU nodes", "render and video"),
        (
            Machine { drivers: vec!["lvp_icd.json".into()], container: true, ..none() },
            "GPU nodes",
            "NVIDIA_DRIVER_CAPABILITIES",
        ),
        (
            Machine { nodes: Vec::new(), container: true, ..none() },
            "Container",
            "--device /dev/dri",
        ),
        (Machine { wsl: true, ..none() }, "WSL", "dzn"),
        (Machine { job_gpus: Some(String::new()), ..none() }, "Cluster", "--gres=gpu:1"),
        (Machine { job_processors: Some(4), ..sound() }, "Threads", "--threads 4"),
        (Machine { ssh: true, ..sound() }, "SSH", "tmux"),
    ];
    for (machine, what, words) in traps {
        let findings = machine.findings();
        let bad: Vec<_> = findings.iter().filter(|f| f.health != Health::Good).collect();
        assert_eq!(bad.len(), 1, "{what}: {bad:?}");
        let remedy = bad[0].remedy.as_deref().unwrap_or_default();
        assert!(bad[0].what == what && remedy.contains(words), "{bad:?}");
    }
}
