// Tokens that die: the vendor's client signs in again, and the emulator counts how often.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { homeyOf, localHomey, signedIn } from './client.mjs';
import { Emulator } from './emulator.mjs';

for (const dialect of ['v2', 'local', 'cloud']) {
  describe(`when tokens of a Homey of the dialect ${dialect} die`, () => {
    let emulator;
    let homey;
    before(async () => { emulator = await Emulator.start('--dialect', dialect); });
    after(() => emulator?.stop());
    beforeEach(async () => { homey = await homeyOf(await signedIn(emulator)); });
    afterEach(() => homey?.destroy());

    it('a living session is not renewed', async () => {
      const calls = await emulator.callsDuring(() => homey.zones.getZones());
      assert.equal(calls('zones.getZones'), 1);
      assert.equal(calls('users.login'), 0);
      assert.equal(calls('delegation.token'), 0);
    });

    it('a dead session costs one login', async () => {
      await emulator.expire('session');
      const calls = await emulator.callsDuring(() => homey.zones.getZones());
      assert.equal(calls('users.login'), 1);
      assert.equal(calls('delegation.token'), 1);
      assert.equal(calls('oauth2.token.refresh_token'), 0);
    });

    it('a dead session costs one login for many calls at once', async () => {
      await emulator.expire('session');
      const calls = await emulator.callsDuring(() => Promise.all([
        homey.zones.getZones(),
        homey.devices.getDevices(),
        homey.logic.getVariables(),
        homey.system.getInfo(),
      ]));
      assert.equal(calls('users.login'), 1);
      assert.equal(calls('delegation.token'), 1);
    });

    it('a dead session and a dead access token cost one renewal each', async () => {
      await emulator.expire('session');
      await emulator.expire('access');
      const calls = await emulator.callsDuring(() => homey.zones.getZones());
      assert.equal(calls('users.login'), 1);
      assert.equal(calls('oauth2.token.refresh_token'), 1);
    });

    it('a day later everything is renewed, once', async () => {
      await emulator.advance(25 * 60 * 60);
      const calls = await emulator.callsDuring(() => homey.zones.getZones());
      assert.equal(calls('users.login'), 1);
      assert.equal(calls('oauth2.token.refresh_token'), 1);
    });

    it('a write that met a dead session is done once', async () => {
      await emulator.expire('session');
      const made = await homey.logic.createVariable({
        variable: { name: 'written once', type: 'number', value: 1 },
      });
      const all = Object.values(await homey.logic.getVariables());
      assert.equal(all.filter((variable) => variable.name === 'written once').length, 1);
      await homey.logic.deleteVariable({ id: made.id });
    });

    it('nothing helps when every token is dead', async () => {
      await emulator.expire('all');
      const calls = await emulator.callsDuring(() => assert.rejects(homey.zones.getZones()));
      assert.equal(calls('oauth2.token.refresh_token'), 1);
      assert.equal(calls('users.login'), 0);
    });
  });
}

describe('when sessions die', () => {
  let emulator;
  before(async () => { emulator = await Emulator.start(); });
  after(() => emulator?.stop());

  it('an API key lives on, since it is no session of a login', async () => {
    const homey = await localHomey(emulator);
    await emulator.expire('session');
    const calls = await emulator.callsDuring(() => homey.zones.getZones());
    assert.equal(calls('zones.getZones'), 1);
    assert.equal(calls('users.login'), 0);
  });
});
