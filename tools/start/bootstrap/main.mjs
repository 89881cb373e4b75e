/**
 * The entry point of `npm start`, `npm test` and `npm run stop`: plain JavaScript for Node 20.19 and newer, because a
 * fresh clone has nothing else yet. It installs the dependencies and runs src/<command>.ts by Node 24.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './find-node.mjs';
import { help } from './help.mjs';
import { installDependencies } from './install-dependencies.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../../..');
const [command = '', ...args] = process.argv.slice(2);

if (!(command in help)) {
  console.error(`unknown command "${command}": one of ${Object.keys(help).join(', ')}`);
  process.exit(2);
}
if (args.includes('--help') || args.includes('-h')) {
  console.log(help[command]);
  process.exit(0);
}
installDependencies(root);
const node = findNode(root);
const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
const child = spawn(node, [join(here, `../src/${command}.ts`), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
// Ctrl-C reaches the child from the terminal; `kill` does not. Either way we end with the child.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 1)));
