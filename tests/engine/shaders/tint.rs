//! What Tint, the compiler of Chromium, says of every module and of every pipeline.
//!
//! `cargo test -p mellizo-engine --test engine tint -- --ignored` runs it; it needs `chromium`, or
//! the browser that `CHROMIUM` names.
//! The page computes on SwiftShader, so no GPU is needed.

use super::ops::every_op;
use super::translations::every_launch;
use engine::gpu::launch::Launch;
use engine::gpu::shader::SHADERS;
use engine::gpu::{Group, bindings};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Longest wait for the next verdict.
const PATIENCE: Duration = Duration::from_secs(120);

/// Compiles what `work.json` holds and says what the browser made of each part of it.
const PAGE: &str = r#"<!doctype html><meta charset=utf-8><script>
const say = text => fetch('/say', {method: 'POST', body: text});
const caught = async (device, make) => {
  device.pushErrorScope('validation');
  let wrong = '';
  try { await make() } catch (error) { wrong = String(error) }
  const error = await device.popErrorScope();
  return error ? error.message : wrong;
};
(async () => {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) { await say('no adapter'); return await say('end'); }
  const device = await adapter.requestDevice({
    requiredFeatures: adapter.features.has('subgroups') ? ['subgroups'] : []});
  const work = await (await fetch('/work.json')).json();
  const modules = {};
  for (const [name, code] of Object.entries(work.modules)) {
    const wrong = await caught(device, async () => {
      modules[name] = device.createShaderModule({code, label: name});
      await modules[name].getCompilationInfo();
    });
    await say(`module ${name}: ${wrong || 'right'}`);
  }
  for (const launch of work.launches) {
    const wrong = await caught(device, async () => {
      const type = bound => bound.uniform ? 'uniform'
        : bound.read ? 'read-only-storage' : 'storage';
      const groups = launch.groups.map(group => device.createBindGroupLayout({entries:
        group.map(b => ({binding: b.binding, visibility: 4, buffer: {type: type(b)}}))}));
      const pipeline = await device.createComputePipelineAsync({
        layout: device.createPipelineLayout({bindGroupLayouts: groups}),
        compute: {module: modules[launch.module], entryPoint: launch.entry,
          constants: launch.constants}});
      const buffers = {};
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      launch.groups.forEach((group, i) => pass.setBindGroup(i, device.createBindGroup({
        layout: groups[i], entries: group.map(b => {
          const usage = b.uniform ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE;
          buffers[b.buffer] ??= device.createBuffer({size: b.whole, usage});
          return {binding: b.binding,
            resource: {buffer: buffers[b.buffer], offset: b.offset, size: b.size}};
        })})));
      pass.dispatchWorkgroups(1);
      pass.end();
      encoder.finish();
    });
    await say(`launch ${launch.module}.${launch.entry}: ${wrong || 'right'}`);
  }
  await say('end');
})().catch(async error => { await say('script: ' + error); await say('end'); });
</script>"#;

/// The modules as the standard wants them, and what every launch binds.
fn work() -> serde_json::Value {
    let modules: serde_json::Map<String, serde_json::Value> =
        SHADERS.iter().map(|s| (s.name.to_owned(), s.standard_source().into())).collect();
    let mut launches: Vec<serde_json::Value> = Vec::new();
    for op in every_op() {
        for launch in super::launches(&op) {
            launches.push(as_json(&Group { ops: vec![op], launch }));
        }
    }
    assert!(launches.len() >= every_launch().len());
    serde_json::json!({ "modules": modules, "launches": launches })
}

fn as_json(group: &Group) -> serde_json::Value {
    let Launch { shader, entry, constants, .. } = &group.launch;
    let uniform = |buffer: &str, size: usize| {
        serde_json::json!({
            "binding": 0, "uniform": true, "buffer": buffer, "offset": 0,
            "size": size, "whole": size,
        })
    };
    let all = bindings(group);
    let end = all.iter().map(|bound| bound.bytes.end).max();
    let bound = all.iter().map(|bound| {
        serde_json::json!({
            "binding": bound.slot + 1,
            "read": bound.read_only,
            "buffer": format!("{:?}", bound.buffer),
            "offset": bound.bytes.start,
            "size": bound.bytes.end - bound.bytes.start,
            "whole": end,
        })
    });
    let bytes = (4 * shader.words() * shader.table).next_multiple_of(256);
    let operands: Vec<_> = [uniform("at", bytes)].into_iter().chain(bound).collect();
    let groups = match group.launch.clock {
        true => vec![operands, vec![uniform("clock", 256)]],
        false => vec![operands],
    };
    let constants: serde_json::Map<_, _> =
        constants.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    serde_json::json!({
        "module": shader.name, "entry": entry, "constants": constants, "groups": groups,
    })
}

/// Answers one request of the page; what it says goes to `said`.
fn answer(stream: TcpStream, work: &str, said: &mpsc::Sender<String>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (kind, text) = match first.split(' ').nth(1) {
        Some("/") => ("text/html", PAGE),
        Some("/work.json") => ("application/json", work),
        _ => ("text/plain", ""),
    };
    if first.starts_with("POST") {
        let _ = said.send(String::from_utf8_lossy(&body).into_owned());
    }
    let length = text.len();
    write!(
        reader.into_inner(),
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{text}"
    )
}

/// What the browser says, until it says `end`.
fn verdicts() -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    let (said, heard) = mpsc::channel();
    let work = work().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(stream, &work, &said);
        }
    });
    let profile = tempfile::tempdir().expect("a folder");
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    let mut chromium = Command::new(&browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu-sandbox", "--enable-unsafe-webgpu"])
        .args(["--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(&address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{browser} does not start: {error}"));
    let mut all = Vec::new();
    let outcome = loop {
        match heard.recv_timeout(PATIENCE) {
            Ok(text) if text == "end" => break Ok(()),
            Ok(text) => all.push(text),
            Err(error) => break Err(error),
        }
    };
    let _ = chromium.kill();
    let _ = chromium.wait();
    assert!(outcome.is_ok(), "no word for {PATIENCE:?} after {all:#?}");
    all
}

#[test]
#[ignore = "needs chromium and a minute"]
fn tint_takes_every_module_and_every_pipeline() {
    let all = verdicts();
    let wrong: Vec<_> = all.iter().filter(|line| !line.ends_with(": right")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(all.len() > SHADERS.len() + every_launch().len(), "{} verdicts", all.len());
}
