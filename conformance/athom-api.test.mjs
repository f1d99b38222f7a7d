// The vendor's former client, the npm package `athom-api`, which old scripts and apps still use.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import athom from 'athom-api';

import { Emulator } from './emulator.mjs';
import { Gateway } from './gateway.mjs';
import { authorizationCode } from './sign-in.mjs';

const LIMIT_MS = 20_000;

for (const dialect of ['v2', 'local']) {
  describe(`athom-api at a Homey of the dialect ${dialect}`, { timeout: 120_000 }, () => {
    let emulator;
    let gateway;
    const homeys = [];

    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      gateway = await Gateway.start(emulator);
    });
    after(async () => {
      for (const homey of homeys) homey.destroy();
      await gateway?.stop();
      await emulator?.stop();
    });

    it('signs in through the cloud, reads, writes and hears', async () => {
      const cloud = new athom.AthomCloudAPI({
        clientId: emulator.client_id,
        clientSecret: emulator.client_secret,
        redirectUrl: emulator.redirect_uri,
      });
      cloud.baseUrl = emulator.api_url;
      await cloud.authenticateWithAuthorizationCode(await authorizationCode(emulator));
      const user = await cloud.getAuthenticatedUser();
      const homey = await user.getFirstHomey().authenticate({ strategy: ['local'] });
      await works(homey);
    });

    it('through the gateway with a key, as apps use it', async () => {
      await works(await forApp(gateway.url, await gateway.key('all', 'full')));
    });

    it('does not notice that the session behind the gateway has ended', async () => {
      const homey = await forApp(gateway.url, await gateway.key('again', 'full'));
      await works(homey);
      await emulator.expire('session');
      await works(homey);
    });

    it('with a key that only looks is refused a write as a Homey would', async () => {
      const homey = await forApp(gateway.url, await gateway.key('look', 'readonly'));
      const lamp = await aLamp(homey);
      await assert.rejects(lamp.setCapabilityValue('onoff', true), /homey\.device\.control/);
    });

    async function works(homey) {
      homeys.push(homey);
      assert.ok(Object.keys(await homey.zones.getZones()).length > 1);
      const lamp = await aLamp(homey);
      // It connects by itself when something listens.
      const heard = new Promise((found, fail) => {
        const timer = setTimeout(() => fail(new Error('no event came')), LIMIT_MS);
        lamp.once('capability', (event) => {
          clearTimeout(timer);
          found(event);
        });
      });
      await emulator.listeners(`homey:device:${lamp.id}`, 1);
      const value = !lamp.capabilitiesObj.onoff.value;
      await lamp.setCapabilityValue('onoff', value);
      const event = await heard;
      assert.equal(event.capabilityId, 'onoff');
      assert.equal(event.value, value);
      homey.destroy();
      await emulator.listeners(`homey:device:${lamp.id}`, 0);
    }
  });
}

/** What an app of a Homey gives it: where the Homey is, and a token. */
function forApp(url, token) {
  const api = { getLocalUrl: async () => url, getOwnerApiToken: async () => token };
  return athom.HomeyAPI.forCurrentHomey({ version: '7.0.0', api });
}

async function aLamp(homey) {
  return Object.values(await homey.devices.getDevices()).find((one) => one.capabilitiesObj?.onoff?.setable);
}
