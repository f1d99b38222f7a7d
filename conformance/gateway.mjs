// The agent with its gateway, signed in to the emulator: started for real, stopped by its handle.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_LIMIT_MS = 30_000;

export class Gateway {
  #child;
  #directory;
  #environment;

  /** Signs in to the emulator and starts the agent, with further lines at the top of its settings. */
  static async start(emulator, settings = '') {
    const gateway = new Gateway();
    await gateway.#start(emulator, settings);
    return gateway;
  }

  async #start(emulator, settings) {
    this.#directory = await mkdtemp(join(tmpdir(), 'housekey-gateway-'));
    this.#environment = {
      PATH: process.env.PATH,
      HOUSEKEY_LOG: 'warn',
      HOUSEKEY_CONFIG: join(this.#directory, 'config'),
      HOUSEKEY_STATE: join(this.#directory, 'state'),
      HOUSEKEY_ACCOUNTS_URL: emulator.accounts_url,
      HOUSEKEY_API_URL: emulator.api_url,
      HOUSEKEY_CLIENT_SECRET: emulator.client_secret,
    };
    const login = ['login', '--email', emulator.email, '--password-stdin', '--client-id', emulator.client_id];
    await this.run(login, `${emulator.password}\n`);
    const name = (await this.run(['homeys', 'list', '--jq', '.[0].name'])).trim();
    const file = join(this.#directory, 'agent.toml');
    await writeFile(file, `listen = "127.0.0.1:0"\n${settings}\n[[homey]]\nname = "${name}"\n`);
    await this.#run(file);
  }

  /** Starts the agent, and waits until it listens. */
  async #run(file) {
    this.#child = spawn(process.env.HOUSEKEY_BIN, ['agent', 'run', '--config', file], {
      env: this.#environment, stdio: ['ignore', 'ignore', 'inherit'],
    });
    const end = Date.now() + READY_LIMIT_MS;
    for (;;) {
      const listen = await this.run(['agent', 'status', '--jq', '.listen']).catch(() => 'null');
      if (listen.trim() !== 'null') {
        this.host = listen.trim();
        this.url = `http://${this.host}`;
        return;
      }
      if (this.#child.exitCode !== null || Date.now() > end) throw new Error('the agent did not start');
      await new Promise((go) => setTimeout(go, 50));
    }
  }

  /** Ends the agent and starts it again at the same address, with the same keys; `meanwhile` runs in between. */
  async restart(meanwhile = undefined) {
    await this.#end();
    await meanwhile?.();
    const file = join(this.#directory, 'agent.toml');
    const settings = await readFile(file, 'utf8');
    await writeFile(file, settings.replace('"127.0.0.1:0"', `"${this.host}"`));
    await this.#run(file);
  }

  /** The process of the agent. */
  get pid() {
    return this.#child.pid;
  }

  /** What programs of its user find in their environment. */
  get environment() {
    return { ...this.#environment };
  }

  /** Makes a key that may do that; the agent knows it when this returns. */
  async key(name, scopes, ...further) {
    const file = join(this.#directory, 'agent.toml');
    const key = await this.run(['agent', 'key', 'create', name, '--scopes', scopes, ...further, '--config', file]);
    // Settings count once the parts of the agent have started again: connections of the moment before end.
    const headers = { authorization: `Bearer ${key.trim()}` };
    const end = Date.now() + READY_LIMIT_MS;
    while ((await fetch(`${this.url}/openapi.json`, { headers })).status === 401) {
      if (Date.now() > end) throw new Error(`the key ${name} does not count`);
      await new Promise((go) => setTimeout(go, 50));
    }
    return key.trim();
  }

  /** What the program prints. */
  run(args, stdin = '') {
    return new Promise((done, fail) => {
      const child = execFile(process.env.HOUSEKEY_BIN, args, { env: this.#environment }, (error, stdout, stderr) => {
        if (error) fail(new Error(`housekey ${args.join(' ')}: ${stderr}`));
        else done(stdout);
      });
      // A program that reads nothing may have ended by now.
      child.stdin.on('error', () => {});
      child.stdin.end(stdin);
    });
  }

  async #end() {
    if (!this.#child || this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  async stop() {
    await this.#end();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
