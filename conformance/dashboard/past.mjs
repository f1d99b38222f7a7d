/** Recorded values of devices as the CSV that `housekey history import` reads: days and nights, and some chance. */
export function past(devices, zones) {
  const lines = ['time,homey,device_id,device,zone,capability,unit,value,text'];
  const quote = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const HOUR = 3_600_000;
  const end = Math.floor(Date.now() / HOUR) * HOUR;
  for (const [index, device] of devices.entries()) {
    // A generator of its own for each device, so that one more device changes no other.
    let seed = index + 1;
    const chance = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647; };
    const shapes = {
      measure_temperature: (now, day) => now + 1.6 * Math.sin(day - 2.4) + 0.3 * (chance() - 0.5),
      measure_humidity: (now, day) => Math.min(95, now - 5 * Math.sin(day - 2.4) + 2 * (chance() - 0.5)),
      measure_power: (now, day) => Math.max(0, (now || 20) * (0.5 + 0.4 * Math.sin(day - 1.5) + 0.4 * chance())),
      onoff: (now, day) => Number(Math.sin(day - 3) + chance() > 1),
    };
    for (const [id, { value, units }] of Object.entries(device.capabilitiesObj ?? {})) {
      let meter = Number(value);
      const zone = zones[device.zone]?.name ?? '';
      const head = ['home', device.id, quote(device.name), quote(zone), id, quote(units ?? '')];
      for (let hour = 0; hour < 30 * 24; hour += hour < 24 ? 0.25 : 1) {
        const at = end - hour * HOUR;
        const day = (new Date(at).getUTCHours() / 24) * 2 * Math.PI;
        let shown;
        if (/^meter_power(\.imported)?$/.test(id)) {
          meter -= (0.02 + 0.1 * chance()) * (1 + Math.sin(day - 1.5)) * (hour < 24 ? 0.25 : 1);
          shown = meter;
        } else if (shapes[id]) {
          shown = shapes[id](Number(value), day);
        } else {
          continue;
        }
        lines.push([new Date(at).toISOString(), ...head, Number(shown.toFixed(3)), ''].join(','));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
