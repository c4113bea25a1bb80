// `exec node local/run.cjs local/commands/start.ts …`: checks Node, then is the script. The `exec` of the npm script makes it npm's own child, so that a
// signal to npm alone reaches it; a shell in between would keep it to itself.
// CommonJS and no types, so that any Node can read it. npm puts Node 24 on the path where a package of it fits this machine.
const { resolve } = require('node:path');
const { pathToFileURL } = require('node:url');

const OLDEST = 24;
if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  const why = process.env.npm_lifecycle_event
    ? `npm has installed none for ${process.platform} ${process.arch}.`
    : 'the one that npm has installed is found by npm: npm start, npm run …';
  console.error(`Sluice needs Node ${OLDEST} or newer; this is ${process.version}, and ${why}`);
  process.exit(1);
}
const [, , script, ...rest] = process.argv;
if (script) {
  // npm passes signals on, but for the one that it cannot hear: whoever ends npm for good wants this ended too.
  const npm = process.ppid;
  const look = () => process.ppid === npm || process.kill(process.pid, 'SIGTERM');
  if (process.env.npm_lifecycle_event) setInterval(look, 1000).unref();
  process.argv.splice(1, process.argv.length, resolve(script), ...rest);
  import(pathToFileURL(resolve(script)).href);
}
