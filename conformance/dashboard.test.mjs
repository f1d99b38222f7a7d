// The dashboard in a real browser: a person's day, and every page at three widths in both themes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { chromium } from 'playwright-core';

import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';

const LIMIT_MS = 30_000;
const PROGRAM = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']
  .find((name) => name && spawnSync(name, ['--version']).status === 0);
const skip = PROGRAM ? false : 'no Chromium is installed here';
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = [{ width: 390, height: 844 }, { width: 768, height: 1024 }, { width: 1440, height: 900 }];
const THEMES = ['light', 'dark'];

/** Names that text of a page must not take for anything else. */
const HOSTILE = [
  '<script>document.title = "taken"</script>',
  '"><img src=x onerror=document.title="taken">',
  '\u202Eevil\u202C \u2066bidi',
  'W'.repeat(200),
];

describe('the dashboard', { skip, timeout: 300_000 }, () => {
  let emulator;
  let gateway;
  let browser;
  let devices;

  before(async () => {
    emulator = await Emulator.start('--seed', '7');
    gateway = await Gateway.start(emulator, '[dashboard]\n[history]');
    const executablePath = spawnSync('which', [PROGRAM]).stdout.toString().trim() || PROGRAM;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    devices = Object.values(await home('devices/device'));
    await record();
  });
  after(async () => {
    await browser?.close();
    await gateway?.stop();
    await emulator?.stop();
  });

  /** A request to the Homey itself. */
  async function home(path, method = 'GET', body = undefined) {
    const answer = await fetch(`${emulator.homey_url}/api/manager/${path}`, {
      method,
      headers: { authorization: `Bearer ${emulator.api_key}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    assert.equal(answer.status, 200, `${method} ${path}`);
    return answer.json();
  }

  const set = (device, capability, value) => home(`devices/device/${device.id}/capability/${capability}`, 'PUT', { value });
  const value = async (device, capability) => (await home(`devices/device/${device.id}`)).capabilitiesObj[capability].value;
  const link = async (...flags) => (await gateway.run(['agent', 'open', '--no-browser', ...flags])).trim();
  const tile = (page, device) => page.locator(`#tile-${device.id}`);
  const having = (capability, also = () => true) =>
    devices.find((one) => one.capabilitiesObj?.[capability]?.setable && one.available !== false && also(one));

  /** Gives the recorder a past of 30 days, the same in each run. */
  async function record() {
    const file = join(await mkdtemp(join(tmpdir(), 'housekey-past-')), 'past.csv');
    const zones = await home('zones/zone');
    await writeFile(file, past(devices, zones));
    await gateway.restart(() => gateway.run(['history', 'import', file]));
    await rm(dirname(file), { recursive: true });
  }

  /** The ids of recorded series of a capability. */
  async function seriesOf(capability) {
    const text = await gateway.run(['history', 'list', '--json', '--jq', `[.[] | select(.capability == "${capability}") | .id]`]);
    return JSON.parse(text);
  }

  /** A browser of somebody's own that is signed in, closed after the work. What it complains of fails. */
  async function signedIn(work, { flags = [], options = {}, silent = true } = {}) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(LIMIT_MS);
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => {
      // A page that is missing is one on purpose.
      if (!message.location().url.endsWith('/nothing')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).host !== gateway.host) complaints.push(`a request to ${request.url()}`);
    });
    try {
      await enter(page, await link(...flags));
      await work(page, context);
      if (silent) assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  }

  async function enter(page, at) {
    await page.goto(at);
    if (await page.evaluate(() => document.body.dataset.page !== 'open')) return;
    await page.waitForURL('**/homeys/*/');
    await page.locator('#freshness[data-state=live]').waitFor();
  }

  it('a link signs in once', async () => {
    const at = await link();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(at);
    await page.waitForURL('**/homeys/*/');
    assert.ok(!page.url().includes('#'), 'the code is not left in the address');
    const other = await (await browser.newContext()).newPage();
    await other.goto(at);
    await other.getByRole('alert').waitFor();
    assert.match(await other.getByRole('alert').textContent(), /used/);
    assert.equal(await other.locator('nav.bar').count(), 0);
    await other.context().close();
    await context.close();
  });

  it('a lamp is switched here, and the home has it', () => signedIn(async (page) => {
    const lamp = having('onoff', (one) => one.class === 'light');
    const was = await value(lamp, 'onoff');
    const knob = tile(page, lamp).getByRole('switch');
    await knob.click();
    await tile(page, lamp).locator(`[role=switch][aria-checked=${!was}]`).waitFor();
    assert.equal(await value(lamp, 'onoff'), !was);
    // By the keyboard, whose place is kept.
    await knob.focus();
    await page.keyboard.press('Space');
    await tile(page, lamp).locator(`[role=switch][aria-checked=${was}]`).waitFor();
    assert.equal(await value(lamp, 'onoff'), was);
  }));

  it('what changes in the home shows, in every tab, within 200 ms', () => signedIn(async (page, context) => {
    const lamp = having('onoff', (one) => one.class === 'light');
    const second = await context.newPage();
    await second.goto(page.url());
    await second.locator('#freshness[data-state=live]').waitFor();
    const was = await value(lamp, 'onoff');
    const times = [];
    for (const on of [!was, was, !was, was]) {
      const seen = [page, second].map((one) => one.evaluate((wanted) => new Promise((done) => {
        const look = () => document.querySelector(wanted) && done(Date.now());
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      }), `#tile-${lamp.id} [aria-checked=${on}]`));
      const begun = Date.now();
      await set(lamp, 'onoff', on);
      times.push(Math.max(...await Promise.all(seen)) - begun);
    }
    // The quickest: the machine may be busy with something else.
    assert.ok(Math.min(...times) < 200, `${times} ms`);
  }));

  it('a lock asks first', () => signedIn(async (page) => {
    const lock = having('locked');
    assert.ok(lock, 'the home has a lock');
    await set(lock, 'locked', true);
    const unlock = tile(page, lock).getByRole('button', { name: 'Unlock' });
    await unlock.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await value(lock, 'locked'), true);
    await unlock.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await tile(page, lock).getByText('not locked').waitFor();
    assert.equal(await value(lock, 'locked'), false);
  }));

  it('a reader sees no control', () => signedIn(async (page) => {
    for (const path of ['', `device/${having('onoff').id}`, 'flows']) {
      await page.goto(new URL(path, page.url().replace(/homeys\/([^/]*)\/.*/, 'homeys/$1/')).href);
      assert.equal(await page.locator('main').locator('button:not(.dismiss, .dismissed), input:not(#filter), select').count(), 0, path);
    }
    assert.equal(await page.getByRole('link', { name: 'Keys' }).count(), 0);
  }, { flags: ['--scopes', 'readonly'] }));

  it('every page is sound at every width, in both themes', () => signedIn(async (page) => {
    const at = page.url();
    const all = (await pages()).map((path) => new URL(path, at).href);
    const found = [];
    for (const url of all) {
      await page.goto(url);
      await page.evaluate(AXE);
      for (const viewport of SIZES) {
        await page.setViewportSize(viewport);
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const where = `${url.replace(at, '')} at ${viewport.width}, ${colorScheme}`;
          if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) {
            found.push(`${where}: horizontal scroll`);
          }
          // A theme changes colours and nothing else, and a width changes no colours.
          const isRepeated = colorScheme === 'dark' && viewport !== SIZES[0];
          if (isRepeated) continue;
          const rules = colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {};
          const { violations } = await page.evaluate((rules) => axe.run(document, { resultTypes: ['violations'], ...rules }), rules);
          for (const { id, nodes } of violations) found.push(`${where}: ${id}: ${nodes[0].html}, ${nodes[0].failureSummary}`);
        }
      }
    }
    assert.deepEqual(found, []);
  }));

  /** The pages of a home, relative to its first. */
  async function pages() {
    const kinds = ['locked', 'dim', 'target_temperature'].map((capability) => `device/${having(capability).id}`);
    const { 0: advanced } = Object.keys(await home('flow/advancedflow'));
    const { 0: standard } = Object.keys(await home('flow/flow'));
    const series = (await seriesOf('measure_temperature')).slice(0, 2);
    return [
      '', ...kinds, 'flows', `flow/advanced/${advanced}`, `flow/standard/${standard}`, 'energy', 'history',
      `history?range=7d&${series.map((id) => `series=${id}`).join('&')}`, 'activity', '../../agent', '../../sign-in', 'nothing',
    ];
  }

  it('recorded values are charts, and a spreadsheet', () => signedIn(async (page) => {
    const [one, other] = await seriesOf('measure_temperature');
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByLabel('Show').selectOption(String(one));
    await page.waitForURL('**/history?*');
    await page.getByLabel('Compare with').selectOption(String(other));
    await page.waitForURL(`**series=${one}&**series=${other}**`);
    assert.equal(await page.locator('.chart').count(), 1, 'one unit, one axis');
    assert.equal(await page.locator('.chart .line.c1').count(), 1);
    await page.getByRole('link', { name: '7 days' }).click();
    await page.waitForURL('**range=7d');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines[0], 'time,series,value');
    // Half an hour each, of two series.
    assert.ok(lines.length > 2 * 7 * 24, `${lines.length} lines`);
  }));

  it('who may not read Insights sees no recorded values', () => signedIn(async (page) => {
    assert.equal(await page.getByRole('link', { name: 'History' }).count(), 0);
    const at = page.url();
    await page.goto(`${at}device/${having('target_temperature').id}`);
    assert.equal(await page.locator('.chart').count(), 0);
    const [one] = await seriesOf('measure_temperature');
    for (const path of ['history', `history.csv?series=${one}`]) {
      assert.equal((await page.request.get(at + path)).status(), 404, path);
    }
  }, { flags: ['--scopes', 'homey.device.readonly,homey.zone.readonly'] }));

  it('pictures', { skip: process.env.HOUSEKEY_PICTURES ? false : 'HOUSEKEY_PICTURES names no folder' }, () => signedIn(async (page) => {
    const at = page.url();
    const name = (device) => devices.find((one) => one.name === device) ?? having('target_temperature');
    const series = (await seriesOf('measure_temperature')).slice(0, 3).map((id) => `series=${id}`).join('&');
    const { 0: flow } = Object.values(await home('flow/advancedflow')).filter((one) => one.cards);
    const shown = {
      home: '', device: `device/${name('Thermostat').id}`, history: `history?range=7d&${series}`, energy: 'energy',
      flows: 'flows', flow: `flow/advanced/${flow.id}`, activity: 'activity', keys: '../../agent',
    };
    for (const [index, viewport] of SIZES.entries()) {
      if (index === 1) continue;
      for (const colorScheme of THEMES) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        for (const [title, path] of Object.entries(shown)) {
          await page.goto(new URL(path, at).href);
          await page.screenshot({ path: join(process.env.HOUSEKEY_PICTURES, `dashboard-${title}-${viewport.width}-${colorScheme}.png`) });
        }
      }
    }
  }));

  it('names are text, and break nothing', () => signedIn(async (page) => {
    const lamps = devices.filter((one) => one.capabilitiesObj?.onoff).slice(0, HOSTILE.length);
    try {
      for (const [index, name] of HOSTILE.entries()) await home(`devices/device/${lamps[index].id}`, 'PUT', { name });
      await page.reload();
      for (const [index, name] of HOSTILE.entries()) {
        await tile(page, lamps[index]).locator('.name').filter({ hasText: name.slice(0, 12) }).waitFor();
      }
      for (const path of ['', `device/${lamps[0].id}`, `device/${lamps[3].id}`, 'activity']) {
        await page.setViewportSize(SIZES[0]);
        await page.goto(new URL(path, page.url().replace(/(homeys\/[^/]*\/).*/, '$1')).href);
        assert.ok(!(await page.title()).startsWith('taken'), path);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} scrolls`);
        assert.equal(await page.locator('main script, main img[src=x]').count(), 0, path);
      }
    } finally {
      for (const { id, name } of lamps) await home(`devices/device/${id}`, 'PUT', { name });
    }
  }));

  it('without JavaScript it reads, and buttons work', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    context.setDefaultTimeout(LIMIT_MS);
    const page = await context.newPage();
    const lamp = having('onoff', (one) => one.class === 'light');
    const was = await value(lamp, 'onoff');
    const at = await link();
    await page.goto(at);
    await page.getByLabel('The code at the end of the link').fill(at.split('#')[1]);
    await page.getByRole('button', { name: 'Continue' }).click();
    await tile(page, lamp).getByRole('switch').click();
    await tile(page, lamp).locator(`[aria-checked=${!was}]`).waitFor();
    assert.equal(await value(lamp, 'onoff'), !was);
    assert.match(page.url(), /\/homeys\/[^/]+\/$/);
    await context.close();
  });

  it('the way back works, and the page is right again', () => signedIn(async (page) => {
    const lamp = having('onoff', (one) => one.class === 'light');
    await tile(page, lamp).getByRole('link').click();
    await page.waitForURL('**/device/*');
    const was = await value(lamp, 'onoff');
    await set(lamp, 'onoff', !was);
    await page.goBack();
    await tile(page, lamp).locator(`[aria-checked=${!was}]`).waitFor();
  }));

  it('a lost connection is said, and the page comes back', () => signedIn(async (page) => {
    const lamp = having('onoff', (one) => one.class === 'light');
    const was = await value(lamp, 'onoff');
    await emulator.interrupt('drop');
    await set(lamp, 'onoff', !was);
    await tile(page, lamp).locator(`[aria-checked=${!was}]`).waitFor();
    await page.locator('#freshness[data-state=live]').waitFor();
  }));

  it('signing out ends it, in every tab, and the cookie is worth nothing', () => signedIn(async (page, context) => {
    const second = await context.newPage();
    await second.goto(page.url());
    await second.locator('#freshness[data-state=live]').waitFor();
    const cookies = await context.cookies();
    const at = page.url();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await second.locator('#freshness[data-state=signed-out]').waitFor();
    await context.addCookies(cookies);
    await page.goto(at);
    assert.match(page.url(), /sign-in$/);
  }));

  it('after a restart of the agent the page says what to do', () => signedIn(async (page) => {
    await gateway.restart();
    await page.locator('#freshness[data-state=signed-out]').waitFor({ timeout: 20_000 });
    assert.match(await page.locator('#freshness').textContent(), /housekey agent open/);
    assert.ok(await page.locator('.tile').count() > 0, 'what was shown stays');
    await enter(page, await link());
  }, { silent: false }));
});

/** Recorded values of devices as the CSV that `housekey history import` reads: days and nights, and some chance. */
function past(devices, zones) {
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
