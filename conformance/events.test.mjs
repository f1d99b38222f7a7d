// The gateway's `/events` and `/openapi.json`, as a program with nothing but `fetch` uses them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';

const LIMIT_MS = 20_000;

describe('the events of a gateway', { timeout: 120_000 }, () => {
  let emulator;
  let gateway;
  let full;
  let narrow;
  let lamp;

  before(async () => {
    emulator = await Emulator.start();
    gateway = await Gateway.start(emulator);
    full = await gateway.key('all', 'full');
    narrow = await gateway.key('zones', 'homey.zone.readonly');
    const devices = await (await ask('/api/manager/devices/device', full)).json();
    lamp = Object.values(devices).find((one) => one.capabilitiesObj?.onoff?.setable && one.capabilitiesObj.dim);
  });
  after(async () => {
    await gateway?.stop();
    await emulator?.stop();
  });

  it('are those that are asked for', async () => {
    const query = new URLSearchParams({ device: lamp.name, capability: 'onoff' });
    const listener = await listen(`/events?${query}`);
    assert.equal((await listener.next()).event, 'ready');
    await write(0.5, 'dim');
    await write(true);
    await write(false);
    const [on, off] = [await listener.next(), await listener.next()];
    assert.deepEqual([on.event, on.data.id, on.data.capability, on.data.value], ['value', lamp.id, 'onoff', true]);
    assert.equal(off.data.value, false);
    listener.stop();
  });

  it('go on where somebody was, and tell what is gone', async () => {
    const query = `/events?uri=homey:device:${lamp.id}&capability=onoff`;
    const first = await listen(query);
    await first.next();
    await write(true);
    const seen = await first.next();
    first.stop();
    await write(false);
    const again = await listen(query, { 'last-event-id': seen.id });
    assert.equal((await again.next()).event, 'ready');
    const missed = await again.next();
    assert.deepEqual([missed.event, missed.data.value], ['value', false]);
    again.stop();
    const elsewhere = await listen(query, { 'last-event-id': '1-5' });
    await elsewhere.next();
    assert.deepEqual(await elsewhere.next(), { event: 'gap', data: { missed: null } });
    elsewhere.stop();
  });

  it('are for those whose key may read the same', async () => {
    const refused = await ask('/events?capability=onoff', narrow);
    assert.equal(refused.status, 403);
    assert.match((await refused.json()).error_description, /homey\.device\.readonly/);
    const listener = await listen('/events', {}, narrow);
    await listener.next();
    await write(true);
    const zone = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"Attic"}' };
    assert.equal((await ask('/api/manager/zones/zone', full, zone)).status, 200);
    const heard = await listener.next();
    assert.deepEqual([heard.event, heard.data.kind, heard.data.item.name], ['added', 'zone', 'Attic']);
    listener.stop();
    assert.equal((await fetch(`${gateway.url}/events`)).status, 401);
    const wrong = await ask('/events?uri=homey:manager:nothing', full);
    assert.equal(wrong.status, 400);
    assert.match((await wrong.json()).error_description, /homey:manager:devices/);
  });

  it('stand in the document of what a key may call, beside nothing that it may not', async () => {
    const document = await (await ask('/openapi.json', narrow)).json();
    const paths = Object.keys(document.paths);
    assert.ok(paths.includes('/events') && paths.includes('/api/manager/zones/zone'), String(paths));
    assert.ok(!paths.some((path) => path.includes('devices')), String(paths));
    assert.deepEqual(Object.keys(document.paths['/api/manager/zones/zone']), ['get']);
    const everything = await (await ask('/openapi.json', full)).json();
    assert.ok(Object.keys(everything.paths).length > 200);
    const page = await fetch(`${gateway.url}/docs`);
    assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
    assert.doesNotMatch(await page.text(), /https?:\/\//);
  });

  function ask(path, key, options = {}) {
    return fetch(gateway.url + path, { ...options, headers: { ...options.headers, 'x-housekey-key': key } });
  }

  async function write(value, capability = 'onoff') {
    const answer = await ask(`/api/manager/devices/device/${lamp.id}/capability/${capability}`, full, {
      method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ value }),
    });
    assert.equal(answer.status, 200);
  }

  /** Somebody who takes one event after the other. */
  async function listen(path, headers = {}, key = full) {
    const end = new AbortController();
    const answer = await ask(path, key, { headers, signal: end.signal });
    assert.equal(answer.status, 200);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    async function next() {
      while (!text.includes('\n\n')) text += (await reader.read()).value;
      const [block] = text.split('\n\n', 1);
      text = text.slice(block.length + 2);
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
      if (!fields.data) return next();
      const event = { event: fields.event, data: JSON.parse(fields.data) };
      return fields.id ? { id: fields.id, ...event } : event;
    }
    const late = () => new Promise((_, fail) => {
      setTimeout(() => fail(new Error(`no event came from ${path}`)), LIMIT_MS).unref();
    });
    return { next: () => Promise.race([next(), late()]), stop: () => end.abort() };
  }
});
