'use strict';
// The load driver of crates/housekey/examples/load/ once more, over the vendor's client.
//
//   HOMEY_API=<its file> node homey-api.cjs MODE --address URL --token T [--transport http|socket]
//                                           [--seconds S] [--count N] [--per-second R]
//
// MODE: get-devices, set-capability, realtime, latency, idle.
const fs = require('node:fs');
const { HomeyAPI } = require(process.env.HOMEY_API);

const option = (name, preset) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? preset : process.argv[at + 1];
};
const mode = process.argv[2];
const address = option('address');
const seconds = Number(option('seconds', 3));
const count = Number(option('count', 100_000));
const rate = option('per-second');
const $socket = option('transport') === 'socket';
const now = () => performance.now();
const cpu = (before) => {
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
};
const quantile = (values, part) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

async function calls(api) {
  const plain = { $cache: false, $socket };
  const all = Object.values(await api.devices.getDevices({ $cache: false, $socket: false }));
  const dimmable = all.filter((device) => device.capabilities.includes('dim'));
  const call = mode === 'get-devices'
    ? () => api.devices.getDevices(plain)
    : (i) => api.devices.setCapabilityValue({ deviceId: dimmable[i % dimmable.length].id, capabilityId: 'dim', value: (i % 100) / 100, $socket });
  for (let i = 0; i < 20; i++) await call(i);
  const before = process.cpuUsage();
  const end = now() + seconds * 1000;
  const latencies = [];
  for (let i = 0, begun = now(); begun < end; i++) {
    await call(i);
    const done = now();
    latencies.push(done - begun);
    begun = done;
  }
  return { calls: latencies.length, cpu_s: cpu(before), p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99) };
}

async function listen(api) {
  const begun = now();
  await api.connect();
  const connected = now();
  const devices = Object.values(await api.devices.getDevices({ $socket: false, $cache: false }));
  const listed = now();
  await Promise.all(devices.map((device) => device.connect()));
  return { devices, connect_ms: connected - begun, subscribe_ms: now() - listed };
}

async function events(api) {
  const { devices, connect_ms, subscribe_ms } = await listen(api);
  const latencies = [];
  let told = 0;
  let on = 0;
  const all = new Promise((done, fail) => {
    api.on('disconnect', (reason) => fail(new Error(`the connection was lost: ${reason}`)));
    for (const device of devices) {
      device.on('capability', (event) => {
        if (event.value === true) on++;
        if (mode === 'latency') latencies.push(performance.timeOrigin + now() - event.sentAt);
        if (++told === count) done();
      });
    }
  });
  const before = process.cpuUsage();
  const begun = now();
  const path = `/_emulator/emit?count=${count}${rate ? `&per_second=${rate}` : ''}`;
  await Promise.all([fetch(address + path, { method: 'POST' }), all]);
  const result = { connect_ms, subscribe_ms, devices: devices.length, events: told, seconds: (now() - begun) / 1000, cpu_s: cpu(before) };
  return mode === 'latency' ? { ...result, p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99) } : result;
}

async function idle(api) {
  const { devices } = await listen(api);
  await new Promise((go) => setTimeout(go, 500));
  const before = process.cpuUsage();
  await new Promise((go) => setTimeout(go, seconds * 1000));
  const pss = /^Pss:\s+(\d+)/m.exec(fs.readFileSync('/proc/self/smaps_rollup', 'utf8'));
  return { devices: devices.length, cpu_s: cpu(before), rss_mb: process.memoryUsage().rss / 2 ** 20, pss_mb: Number(pss[1]) / 1024 };
}

(async () => {
  const api = await HomeyAPI.createLocalAPI({ address, token: option('token') });
  if ($socket) await api.connect();
  const modes = { realtime: events, latency: events, idle };
  console.log(JSON.stringify(await (modes[mode] ?? calls)(api)));
  process.exit(0);
})();
