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

/** Processor time of the gateway so far, in seconds. */
const used = () => fs.readFileSync(`/proc/${gateway.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
  .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);

/**
 * Somebody who listens. To count events takes longer than to send them, so only the first counts; of all others
 * it is looked at whether they are at the same event and got as many bytes.
 */
function listener(counts) {
  const here = { events: 0, bytes: 0, last: '', gaps: 0 };
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
      // What is said when nothing happens comes to some before a round and to others in it.
      if (part.length === 3) return;
      here.bytes += part.length;
      if (part.includes('event: gap')) here.gaps += 1;
      const at = part.lastIndexOf('id: ');
      if (at >= 0) here.last = part.toString('latin1', at, part.indexOf(10, at));
      if (!counts) return;
      // `\nid: ` stands before every event but the first of a part, which begins with it.
      for (let at = part.indexOf('id: '); at >= 0; at = part.indexOf('id: ', at + 4)) {
        if (at === 0 || part[at - 1] === 10) here.events += 1;
      }
    });
  });
}

const first = await listener(true);
const before = rss();
const listeners = [first];
while (listeners.length < count) {
  const more = Math.min(100, count - listeners.length);
  listeners.push(...await Promise.all(Array.from({ length: more }, () => listener(false))));
}
await new Promise((go) => setTimeout(go, 2000));
const each = (rss() - before) / count;
console.log(`${count} listeners: ${each.toFixed(1)} KB each when nothing happens`);

for (let round = 1; round <= rounds; round += 1) {
  const was = listeners.map((one) => one.bytes);
  const [before_events, before_cpu, begun] = [first.events, used(), Date.now()];
  await emulator.emit(events);
  const whole = () => first.events - before_events >= events;
  const bytes = () => first.bytes - was[0];
  // A sign of life may have come in one part with an event.
  const same = (one, place) => one.last === first.last && Math.abs(one.bytes - was[place] - bytes()) <= 6;
  const slow = () => listeners.filter((one, place) => !whole() || !same(one, place));
  while (slow().length && Date.now() - begun < 30_000) await new Promise((go) => setTimeout(go, 20));
  const seconds = (Date.now() - begun) / 1000;
  const [lacking, cpu] = [slow().length, used() - before_cpu];
  console.log(
    `round ${round}: ${events} events to all but ${lacking} within ${seconds.toFixed(1)} s: `
    + `${Math.round(events / seconds)} events/s, ${Math.round(events * count / seconds)} deliveries/s; `
    + `CPU ${(cpu / (events * count) * 1e6).toFixed(2)} us for each; ${((rss() - before) / count).toFixed(1)} KB each`,
  );
}
console.log(`told of something missed: ${listeners.filter((one) => one.gaps).length}`);
console.log(`closed before the end: ${listeners.filter((one) => one.closed).length}`);
for (const one of listeners) one.socket.destroy();
await gateway.stop();
await emulator.stop();
