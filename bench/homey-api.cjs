'use strict';
// The load driver of crates/housekey/examples/load/ once more, over the vendor's client.
//
//   HOMEY_API=<its file> node homey-api.cjs get-devices|set-capability --address URL --token T --seconds S
const { HomeyAPI } = require(process.env.HOMEY_API);

const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const mode = process.argv[2];
const seconds = Number(option('seconds'));

(async () => {
  const api = await HomeyAPI.createLocalAPI({ address: option('address'), token: option('token') });
  const plain = { $cache: false, $socket: false };
  const dimmable = Object.values(await api.devices.getDevices(plain)).filter((device) => device.capabilities.includes('dim'));
  const call = mode === 'get-devices'
    ? () => api.devices.getDevices(plain)
    : (i) => api.devices.setCapabilityValue({ deviceId: dimmable[i % dimmable.length].id, capabilityId: 'dim', value: (i % 100) / 100, $socket: false });
  for (let i = 0; i < 20; i++) await call(i);
  const before = process.cpuUsage();
  const end = performance.now() + seconds * 1000;
  let calls = 0;
  while (performance.now() < end) await call(calls++);
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({ calls, cpu_s: (used.user + used.system) / 1e6 }));
  process.exit(0);
})();
