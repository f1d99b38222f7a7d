// What each read is asked for: the ids and names of things that the virtual home really has.

// In the form of an id, and of nothing that exists.
export const MADE_UP = '00000000-0000-4000-8000-000000000000';

/** The things of one home, each list read once. */
export class Things {
  #homey;
  #reads;
  #made;
  #lists = new Map();

  /** `made` has the ids of items that were made for this, since not all of them can be listed. */
  constructor(homey, reads, made) {
    this.#homey = homey;
    this.#reads = reads;
    this.#made = made;
  }

  /** Every set of arguments to call a read with. `madeUp` says that there is no such thing. */
  async argumentsFor(read) {
    const own = ARGUMENTS[read.id];
    const sets = own ? await own(this) : await this.#byId(read);
    if (sets.length) return sets.map((values) => ({ values, madeUp: false }));
    const required = Object.entries(read.parameters).filter(([, parameter]) => parameter.required);
    const values = Object.fromEntries(required.map(([name]) => [name, MADE_UP]));
    return [{ values, madeUp: true }];
  }

  /** What the read that lists them tells, nothing where it is not modelled. */
  all(manager, name) {
    const key = `${manager}.${name}`;
    if (!this.#lists.has(key)) {
      const list = this.#homey[manager][name]().then(Object.values, (error) => {
        if (error.statusCode === 501) return [];
        throw error;
      });
      this.#lists.set(key, list);
    }
    return this.#lists.get(key);
  }

  /** The names of an app's settings. */
  async settingsOf(app) {
    const { id, uri, ...settings } = await this.#homey.apps.getAppSettings({ id: app });
    return Object.keys(settings);
  }

  /** Prices are those of a zone, which is chosen first. */
  async setPriceZone() {
    const [zone] = await this.all('energy', 'getDynamicPricesElectricityZones');
    const { zoneId, zoneVersion, zoneName, zoneCountryKey } = zone;
    const options = { zoneId, zoneVersion, zoneName, zoneCountryKey, priceInterval: 'PT60M' };
    await this.#homey.energy.setDynamicPricesElectricityZone({ options });
  }

  // `/thing/:id/...` is about the items that `/thing` lists.
  async #byId(read) {
    if (!('id' in read.parameters) || read.parameters.id.in !== 'path') return [{}];
    const [, folder] = read.route.split('/');
    const list = this.#reads.find(({ manager, kind, route }) => manager === read.manager
      && kind === 'getAll' && route.replace(/\/$/, '') === `/${folder}`);
    if (list) return (await this.all(list.manager, list.name)).map(({ id }) => ({ id }));
    return this.#made[read.item] ? [{ id: this.#made[read.item] }] : [];
  }
}

// Reads that want more than an id, or the id of something else.
const ARGUMENTS = {
  'apps.getAppSetting': async (things) => {
    const apps = await things.all('apps', 'getApps');
    const sets = await Promise.all(apps.map(async ({ id }) => (await things.settingsOf(id))
      .map((name) => ({ id, name }))));
    return sets.flat();
  },
  'dashboards.getAppWidgetAutocomplete': async (things) => {
    const widgets = await things.all('dashboards', 'getAppWidgets');
    return widgets.map(({ id }) => ({ id, settingId: 'device', query: '' }));
  },
  'devices.getCapability': async (things) => {
    const capabilities = await things.all('devices', 'getCapabilities');
    return capabilities.map(({ id, ownerUri }) => ({ id: id.slice(ownerUri.length + 1), uri: ownerUri }));
  },
  'devices.getCapabilityValue': async (things) => {
    const devices = await things.all('devices', 'getDevices');
    return devices.flatMap(({ id, capabilitiesObj }) => Object.values(capabilitiesObj)
      .filter(({ getable }) => getable)
      .map((capability) => ({ deviceId: id, capabilityId: capability.id })));
  },
  // No app is being developed, and there is neither a dongle nor a Matter device: what is asked for is made up.
  'devkit.getAppStdOut': none,
  'energy.fetchDynamicElectricityPrices': async (things) => {
    await things.setPriceZone();
    return days(things);
  },
  'energy.getLiveReport': async (things) => {
    const zones = await things.all('zones', 'getZones');
    return [{}, ...zones.map(({ id }) => ({ zone: id }))];
  },
  'energy.getReportDay': days,
  'energy.getReportWeek': async (things) => {
    const weeks = (await days(things)).map(({ date }) => ({ isoWeek: isoWeek(date) }));
    return weeks.slice(-1);
  },
  'energy.getReportMonth': async (things) => {
    const months = (await days(things)).map(({ date }) => ({ yearMonth: date.slice(0, 7) }));
    return months.slice(-1);
  },
  'energy.getReportYear': async (things) => {
    const years = (await days(things)).map(({ date }) => ({ year: date.slice(0, 4) }));
    return years.slice(-1);
  },
  'energydongle.checkFirmwareUpdateAvailable': none,
  'energydongle.getNextFrame': none,
  'energydongle.getPhaseLoadLimits': none,
  'energydongle.getUartConfig': none,
  'flow.getFlowCardAutocomplete': async (things) => {
    const lists = {
      flowcardtrigger: 'getFlowCardTriggers',
      flowcardcondition: 'getFlowCardConditions',
      flowcardaction: 'getFlowCardActions',
    };
    const sets = await Promise.all(Object.entries(lists).map(async ([type, list]) => {
      const cards = await things.all('flow', list);
      return cards.flatMap(({ id, args }) => (args ?? [])
        .filter((argument) => argument.type === 'autocomplete')
        .map(({ name }) => ({ type, id, name, query: '' })));
    }));
    return sets.flat();
  },
  'insights.getLogEntries': async (things) => {
    const logs = await things.all('insights', 'getLogs');
    const [first] = logs;
    const windows = ['lastHour', 'last24Hours', 'last7Days', 'last31Days', 'lastYear', 'today'];
    return [
      ...logs.map(({ id }) => ({ id })),
      ...windows.map((resolution) => ({ id: first.id, resolution })),
    ];
  },
  'logic.triggerWebhook': async () => [{ event: 'doorbell' }],
  'matter.getFabrics': none,
  'presence.getAsleep': ofUsers,
  'presence.getPresent': ofUsers,
};

async function none() {
  return [];
}

async function ofUsers(things) {
  const users = await things.all('users', 'getUsers');
  return users.map(({ id }) => ({ id }));
}

/** The first and the last day that there is a report of. */
async function days(things) {
  const dates = await things.all('energy', 'getReportsAvailable');
  return [dates[0], dates.at(-1)].map((date) => ({ date }));
}

/** `2026-W48` of a date: the week belongs to the year that its Thursday lies in. */
function isoWeek(date) {
  const thursday = new Date(date);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.ceil(((thursday - start) / 86_400_000 + 1) / 7);
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}
