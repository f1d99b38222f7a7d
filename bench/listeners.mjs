#!/usr/bin/env node
// Thousands who listen to /events of the gateway: whether each gets every event, what a listener costs in
// memory, and how long it takes until the last one has all. One run, against the virtual Homey.
//
//   cargo build --release --locked
//   node bench/listeners.mjs [--listeners 5000] [--events 1000] [--rounds 5] [--bin target/release/housekey]
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : process.argv[at + 1];
};
const count = Number(option('listeners', 5000));
const events = Number(option('events', 1000));
const rounds = Number(option('rounds', 5));
process.env.HOUSEKEY_BIN = path.resolve(option('bin', path.join(root, 'target/release/housekey')));
const { Emulator } = await import('../conformance/emulator.mjs');
const { Gateway } = await import('../conformance/gateway.mjs');

const emulator = await Emulator.start();
const gateway = await Gateway.start(emulator);
const key = await gateway.key('bench', 'readonly');
const [host, port] = gateway.host.split(':');
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))[1]);

/** Somebody who counts events by their end: an empty line. */
function listener() {
  const here = { events: 0, line: 0 };
  return new Promise((ready, fail) => {
    const socket = net.connect(port, host, () => socket.write(
      `GET /events HTTP/1.1\r\nHost: ${gateway.host}\r\nAuthorization: Bearer ${key}\r\n\r\n`,
    ));
    here.socket = socket;
    let begun = false;
    socket.on('error', fail);
    socket.on('close', () => { here.closed = true; });
    socket.on('data', (part) => {
      if (!begun) {
        begun = part.includes('event: ready');
        if (begun) ready(here);
        return;
      }
      // `\nid: ` stands before every event but the first of a part, which begins with it.
      for (let at = part.indexOf('id: '); at >= 0; at = part.indexOf('id: ', at + 4)) {
        if (at === 0 || part[at - 1] === 10) here.events += 1;
      }
    });
  });
}

const first = await listener();
const before = rss();
const listeners = [first];
while (listeners.length < count) {
  const more = Math.min(100, count - listeners.length);
  listeners.push(...await Promise.all(Array.from({ length: more }, listener)));
}
await new Promise((go) => setTimeout(go, 2000));
const each = (rss() - before) / count;
console.log(`${count} listeners: ${each.toFixed(1)} KB each when nothing happens`);

for (let round = 1; round <= rounds; round += 1) {
  const was = listeners.map((one) => one.events);
  const begun = Date.now();
  await emulator.emit(events);
  const slow = () => listeners.filter((one, place) => one.events - was[place] < events);
  while (slow().length && Date.now() - begun < 60_000) await new Promise((go) => setTimeout(go, 20));
  const seconds = (Date.now() - begun) / 1000;
  const lacking = slow().length;
  console.log(
    `round ${round}: ${events} events to all but ${lacking} within ${seconds.toFixed(1)} s: `
    + `${Math.round(events / seconds)} events/s, ${Math.round(events * count / seconds)} deliveries/s; `
    + `${((rss() - before) / count).toFixed(1)} KB each`,
  );
}
console.log(`closed before the end: ${listeners.filter((one) => one.closed).length}`);
for (const one of listeners) one.socket.destroy();
await gateway.stop();
await emulator.stop();
