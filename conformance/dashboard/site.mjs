// A home, its agent with the dashboard, and a browser: what the tests of the dashboard share.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { chromium } from 'playwright-core';

import { Emulator } from '../emulator.mjs';
import { Gateway } from '../gateway.mjs';
import { past } from './past.mjs';

export const LIMIT_MS = 30_000;
const PROGRAM = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']
  .find((name) => name && spawnSync(name, ['--version']).status === 0);

/** Why the tests cannot run here; `false` where they can. */
export const skip = PROGRAM ? false : 'no Chromium is installed here';

/** A phone, a tablet, a desk. */
export const SIZES = [{ width: 390, height: 844 }, { width: 768, height: 1024 }, { width: 1440, height: 900 }];
export const THEMES = ['light', 'dark'];

export class Site {
  /** Starts a home with a recorded past of 30 days, the same in each run. */
  static async start() {
    const site = new Site();
    site.emulator = await Emulator.start('--seed', '7');
    site.gateway = await Gateway.start(site.emulator, '[dashboard]\n[history]');
    const executablePath = spawnSync('which', [PROGRAM]).stdout.toString().trim() || PROGRAM;
    site.browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    site.devices = Object.values(await site.home('devices/device'));
    await site.#record();
    return site;
  }

  async stop() {
    await this.browser?.close();
    await this.gateway?.stop();
    await this.emulator?.stop();
  }

  async #record() {
    const file = join(await mkdtemp(join(tmpdir(), 'housekey-past-')), 'past.csv');
    await writeFile(file, past(this.devices, await this.home('zones/zone')));
    await this.gateway.restart(() => this.gateway.run(['history', 'import', file]));
    await rm(dirname(file), { recursive: true });
  }

  /** A request to the Homey itself. */
  async home(path, method = 'GET', body = undefined) {
    const answer = await fetch(`${this.emulator.homey_url}/api/manager/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.emulator.api_key}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    assert.equal(answer.status, 200, `${method} ${path}`);
    return answer.json();
  }

  set(device, capability, value) {
    return this.home(`devices/device/${device.id}/capability/${capability}`, 'PUT', { value });
  }

  async value(device, capability) {
    return (await this.home(`devices/device/${device.id}`)).capabilitiesObj[capability].value;
  }

  /** A device that can be reached, with a capability that can be set. */
  having(capability, also = () => true) {
    return this.devices.find((one) => one.capabilitiesObj?.[capability]?.setable && one.available !== false && also(one));
  }

  /** A lamp that can be switched. */
  lamp() {
    return this.having('onoff', (one) => one.class === 'light');
  }

  /** The ids of recorded series of a capability. */
  async seriesOf(capability) {
    const text = await this.gateway.run(['history', 'list', '--json', '--jq', `[.[] | select(.capability == "${capability}") | .id]`]);
    return JSON.parse(text);
  }

  /** A link that signs in once. */
  async link(...flags) {
    return (await this.gateway.run(['agent', 'open', '--no-browser', ...flags])).trim();
  }

  /** A browser that is signed in, closed after the work. Complaints of its pages fail, unless `silent` is false. */
  async signedIn(work, { flags = [], options = {}, silent = true } = {}) {
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(LIMIT_MS);
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => {
      // A page that is missing is one on purpose.
      if (!message.location().url.endsWith('/nothing')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (new URL(request.url()).host !== this.gateway.host) complaints.push(`a request to ${request.url()}`);
    });
    try {
      await this.enter(page, await this.link(...flags));
      await work(page, context);
      if (silent) assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  }

  async enter(page, at) {
    await page.goto(at);
    if (await page.evaluate(() => document.body.dataset.page !== 'open')) return;
    await page.waitForURL('**/homeys/*/');
    await live(page);
  }
}

/** Waits until a page is live. */
export function live(page) {
  return page.locator('#freshness[data-state=live]').waitFor();
}

/** The tile of a device. */
export function tile(page, device) {
  return page.locator(`#tile-${device.id}`);
}
