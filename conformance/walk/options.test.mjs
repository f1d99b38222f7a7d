// Every option that the vendor's own specification can set: set, read and unset by the vendor's client.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { homeyOf, signedIn } from '../client.mjs';
import { Emulator } from '../emulator.mjs';
import { keep } from './results.mjs';
import { DIALECTS, operationsOf } from './specification.mjs';

// A value for each that it does not have from the start.
const VALUES = {
  'audio.Volume': 0.25,
  'backup.AutomaticBackupsEnabled': false,
  'backup.LastSuccessfulBackup': '2026-03-01T03:00:00.000Z',
  'energy.Currency': 'SEK',
  'energy.ElectricityPriceDynamicPreferredInterval': 15,
  'energy.ElectricityPriceFixed': 0.31,
  'energy.GasPriceFixed': 1.1,
  'energy.KWhCost': 0.31,
  'energy.WaterPriceFixed': 0.9,
  'energydongle.PhaseLoadNotificationSettings': { enabled: true },
  'geolocation.Address': '2 Example Lane, Utrecht',
  'geolocation.Location': { latitude: 52.1, longitude: 5.2, accuracy: 30 },
  'geolocation.Mode': 'manual',
  'googleAssistant.Enabled': true,
  'googleAssistant.PinCode': '0000',
  'i18n.Language': 'nl',
  'i18n.Units': 'imperial',
  'ledring.Brightness': 0.5,
  'ledring.Screensaver': { uri: 'homey:manager:ledring', id: 'clock' },
  'matter.PaaSettings': { test: true },
  'speechOutput.Speed': 'slow',
  'speechOutput.Voice': 'en-2',
  'system.ForwardedPort': 8443,
  'updates.Autoupdate': false,
  'updates.Channel': 'beta',
  'updates.ForceChannel': 'beta',
  'updates.UpdateNotifications': ['13.5.0'],
  'zwave.RegionOverride': 'EU',
};

for (const dialect of DIALECTS) {
  describe(`each option of a Homey of the dialect ${dialect}`, () => {
    const operations = operationsOf(dialect);
    const outcomes = {};
    let emulator;
    let homey;
    before(async () => {
      emulator = await Emulator.start('--dialect', dialect);
      homey = await homeyOf(await signedIn(emulator));
    });
    after(async () => {
      homey?.destroy();
      await emulator?.stop();
      await keep(`options-${dialect}`, outcomes);
    });

    for (const { manager, name } of operations.filter((one) => one.name.startsWith('setOption'))) {
      const option = name.slice('setOption'.length);
      it(`${manager}.${option}`, async () => {
        const own = homey[manager];
        const has = (verb) => operations.some((one) => one.id === `${manager}.${verb}Option${option}`);
        const value = VALUES[`${manager}.${option}`];
        const steps = ['set'];
        const before = has('get') && await own[`getOption${option}`]();
        assert.notDeepEqual(before.value, value);
        await own[name]({ value });
        if (has('get')) {
          assert.deepEqual(await own[`getOption${option}`](), { value });
          steps.push('read');
        }
        if (has('unset')) {
          await own[`unsetOption${option}`]();
          if (has('get')) assert.deepEqual(await own[`getOption${option}`](), before);
          steps.push('unset');
        }
        outcomes[`${manager}.${option}`] = steps.join(', ');
      });
    }
  });
}
