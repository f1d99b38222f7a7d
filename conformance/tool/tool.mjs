// The vendor's command-line tool, run as a program: with a home of its own, and the emulator for a cloud.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { authorizationCode } from '../sign-in.mjs';

const require = createRequire(import.meta.url);

const OLDEST_NODE = 24;
const LIMIT_MS = 60_000;
// Any port on which nobody listens: no question about a name leaves this machine.
const NO_PORT = '9';
const SETTINGS = 'settings.json';

export class Tool {
  #emulator;
  #home;
  #runs = 0;

  /** Not signed in to anything. */
  static async installed(emulator) {
    return new Tool(emulator, await mkdtemp(join(tmpdir(), 'homey-tool-')));
  }

  constructor(emulator, home) {
    this.#emulator = emulator;
    this.#home = home;
  }

  /** Another one with the same sign-in. Two that write one settings file would spoil it. */
  async copy() {
    const other = await Tool.installed(this.#emulator);
    await copyFile(join(this.#home, SETTINGS), join(other.#home, SETTINGS));
    return other;
  }

  remove() {
    return rm(this.#home, { recursive: true, force: true });
  }

  /** What it keeps between two runs. */
  async settings() {
    return JSON.parse(await readFile(join(this.#home, SETTINGS), 'utf8'));
  }

  /** Runs it to its end: how it ended, and what it printed. */
  async run(...args) {
    // Into files: it ends without waiting for a pipe to be read, which cuts what is longer than 64 KiB.
    const names = ['out', 'err'].map((name) => join(this.#home, `${this.#runs}.${name}`));
    this.#runs += 1;
    const files = await Promise.all(names.map((name) => open(name, 'w')));
    const child = this.#start(args, ['ignore', ...files.map(({ fd }) => fd)]);
    const timer = setTimeout(() => child.kill(), LIMIT_MS);
    const [code] = await once(child, 'exit');
    clearTimeout(timer);
    await Promise.all(files.map((file) => file.close()));
    const [out, err] = await Promise.all(names.map((name) => readFile(name, 'utf8')));
    return { code, out, err };
  }

  /** The value it prints with `--json`; a failure has what it said in place of it. */
  async json(...args) {
    const { code, out, err } = await this.run(...args, '--json');
    let printed;
    try {
      printed = JSON.parse(out);
    } catch (cause) {
      throw new Error(`\`homey ${args.join(' ')}\` ended with ${code}: ${out}${err}`, { cause });
    }
    if (code !== 0) throw new Refused(args, printed.error);
    return printed;
  }

  /** `homey login`, with this program in the place of the browser: what it printed. */
  async logIn() {
    // So long as a real cloud would take at least: the tool ends, sooner or later, without waiting until
    // its settings are written.
    await this.#emulator.fault({ match: 'user.me', delay_ms: 500 });
    const child = this.#start(['login'], ['pipe', 'pipe', 'inherit']);
    const timer = setTimeout(() => child.kill(), LIMIT_MS);
    const ended = once(child, 'exit').finally(() => clearTimeout(timer));
    let printed = '';
    const port = await Promise.race([
      new Promise((found) => {
        child.stdout.setEncoding('utf8').on('data', (text) => {
          printed += text;
          const told = /[?&]port=(\d+)&clientId=/.exec(printed);
          if (told) found(told[1]);
        });
      }),
      ended.then(() => { throw new Error(`it ended, and waited for no browser: ${printed}`); }),
    ]);
    const code = await authorizationCode(this.#emulator);
    // It may be gone before it has answered this.
    await fetch(`http://localhost:${port}/auth?code=${code}`).catch(() => {});
    await ended;
    return printed;
  }

  #start(args, stdio) {
    const { api_url, url, client_id, client_secret } = this.#emulator;
    const env = {
      // Not the machine's programs: none of them is to open a browser.
      PATH: this.#home,
      HOME: this.#home,
      HOMEY_HOME: this.#home,
      SystemRoot: process.env.SystemRoot,
      NO_COLOR: '1',
      HOMEY_SKIP_STARTUP_NOTIFIERS: '1',
      HOMEY_DISCOVERY_MDNS_HOST: '127.0.0.1',
      HOMEY_DISCOVERY_MDNS_PORT: NO_PORT,
      ATHOM_CLOUD_API_BASEURL: api_url,
      ATHOM_API_LOGIN_URL: url,
      ATHOM_API_CLIENT_ID: client_id,
      ATHOM_API_CLIENT_SECRET: client_secret,
    };
    const noUsb = new URL('no-usb.mjs', import.meta.url).href;
    const program = join(dirname(require.resolve('homey/package.json')), require('homey/package.json').bin.homey);
    return spawn(node(), ['--import', noUsb, program, ...args], { env, stdio });
  }
}

/** It ended with a failure, and said why. */
export class Refused extends Error {
  constructor(args, said) {
    super(`\`homey ${args.join(' ')}\`: ${said}`);
    this.said = said;
  }
}

/** The flags that make it use an API key in place of its sign-in. */
export function withKey({ api_key, homey_url }) {
  return ['--token', api_key, '--address', homey_url];
}

/** The tool asks for a newer Node than the cases do: this one if it is, else the one of npm. */
function node() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const names = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`];
  for (const name of names) {
    try {
      return join(dirname(require.resolve(`${name}/package.json`)), require(`${name}/package.json`).bin.node);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`the tool needs Node ${OLDEST_NODE} or newer; this is ${process.version}, and npm has none for it`);
}
