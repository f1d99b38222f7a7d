// The items that can be made, changed or deleted: what each is made of, and what is changed in it.
import { homeyOf, signedIn } from '../client.mjs';

const START = '5b1c1f0e-6a53-4f6e-8d0a-1f2e3d4c5b6a';
const ACTION = '9c0d7a52-13b8-4c5e-9f41-7a6b5c4d3e2f';
const NOTIFY = 'homey:manager:notifications:create_notification';
const SUNDAYS = {
  monday: false, tuesday: false, wednesday: false, thursday: false, friday: false, saturday: false, sunday: true,
};

// `body` makes it through the operation that creates it; `made` makes it in another way. `address`
// names it to the operations that want more than an id.
const ITEMS = {
  AdvancedFlow: {
    body: async () => ({
      name: 'Walk',
      cards: {
        [START]: { type: 'start', x: 0, y: 0, outputSuccess: [ACTION] },
        [ACTION]: {
          type: 'action', id: NOTIFY, ownerUri: 'homey:manager:notifications', args: { text: 'Walked' }, x: 200, y: 0,
        },
      },
    }),
    change: { name: 'Stroll', enabled: false },
  },
  Alarm: {
    body: async () => ({ name: 'Walk', time: '07:30', enabled: true, repetition: SUNDAYS }),
    change: { name: 'Stroll', time: '08:15', enabled: false },
  },
  App: {
    made: async (homey) => {
      const id = 'com.example.walk';
      await homey.apps.installFromAppStore({ id });
      return homey.apps.getApp({ id });
    },
    change: { autoupdate: false },
    unmade: (homey, { id }) => homey.apps.uninstallApp({ id }),
  },
  Dashboard: {
    body: async () => ({ name: 'Walk', columns: [{ id: 'first', widgets: [] }] }),
    change: { name: 'Stroll' },
  },
  Device: {
    made: async (homey) => {
      const [driver] = Object.values(await homey.drivers.getDrivers());
      const [zone] = Object.values(await homey.zones.getZones());
      const { id } = await homey.drivers.createPairSession({
        pairsession: { type: 'pair', driverId: driver.id, zoneId: zone.id },
      });
      const [found] = await homey.drivers.emitPairingEvent({ id, event: 'list_devices', data: {} });
      const device = await homey.drivers.createPairSessionDevice({ id, device: found });
      await homey.drivers.deletePairSession({ id });
      return homey.devices.getDevice({ id: device.id });
    },
    change: { name: 'Walk', note: 'by the door' },
  },
  Flow: {
    body: async () => ({
      name: 'Walk',
      trigger: { id: 'homey:manager:cron:time_exactly', args: { time: '07:30' } },
      conditions: [{ id: 'homey:manager:logic:lt', args: { comparator: 3 }, group: 'group1', inverted: true }],
      actions: [{ id: NOTIFY, args: { text: 'Walked' }, group: 'then', delay: { number: '5', multiplier: 60 } }],
    }),
    change: { name: 'Stroll', enabled: false },
  },
  FlowFolder: {
    body: async () => ({ name: 'Walk' }),
    change: { name: 'Stroll' },
  },
  Log: {
    made: async (homey) => Object.values(await homey.insights.getLogs())[0],
    change: { title: 'Walked' },
    // The client splits the id for reading, not for changing.
    address: ({ id, ownerId, ownerUri }, dialect) => ({ id: dialect === 'v2' ? ownerId : id, uri: ownerUri }),
  },
  Mood: {
    body: async (homey) => {
      const devices = Object.values(await homey.devices.getDevices());
      const { id } = devices.find(({ capabilitiesObj }) => capabilitiesObj.onoff?.setable);
      // The Homey chooses the zone.
      return { name: 'Walk', devices: { [id]: { state: { onoff: true } } } };
    },
    change: { name: 'Stroll' },
  },
  Notification: {
    made: async (homey) => {
      const before = await homey.notifications.getNotifications();
      await homey.flow.runFlowCardAction({ id: NOTIFY, args: { text: 'Walked' } });
      const after = await homey.notifications.getNotifications();
      return Object.values(after).find(({ id }) => !before[id]);
    },
  },
  PairSession: {
    body: async (homey) => {
      const [driver] = Object.values(await homey.drivers.getDrivers());
      return { type: 'pair', driverId: driver.id };
    },
  },
  Session: {
    made: async (homey, emulator) => {
      const other = await homeyOf(await signedIn(emulator));
      const { id } = await other.sessions.getSessionMe();
      other.destroy();
      return Object.values(await homey.sessions.getSessions()).find((session) => session.id === id);
    },
  },
  User: {
    body: async () => ({ name: 'Walker', role: 'guest' }),
    change: { name: 'Stroller', role: 'user' },
  },
  Variable: {
    body: async () => ({ name: 'Walk', type: 'number', value: 1.5 }),
    change: { name: 'Stroll', value: 2 },
  },
  Zone: {
    body: async () => ({ name: 'Walk', icon: 'garden' }),
    change: { name: 'Stroll', icon: 'livingRoom' },
  },
};

/** What to do with an item; of some, no home has any and none can be made. */
export function recipeOf(item) {
  return ITEMS[item];
}

/** Makes one of each item, since a new home does not have all of them: their ids by item. */
export async function furnish(homey, operations) {
  const made = {};
  for (const { manager, name, item, kind, parameters } of operations) {
    if (kind !== 'createOne') continue;
    const { id } = await homey[manager][name](withRoot(parameters, await ITEMS[item].body(homey)));
    made[item] = id;
  }
  return made;
}

/** A body under the name that an operation has for it. */
export function withRoot(parameters, body) {
  const [root] = Object.entries(parameters).find(([, parameter]) => parameter.root);
  // A copy, since the client changes what it is given.
  return { [root]: structuredClone(body) };
}
