// `exec node local/run.cjs local/start.ts …`: checks Node, then is the script. The `exec` of the npm script makes it npm's own child, so that a
// signal to npm alone reaches it; a shell in between would keep it to itself.
// CommonJS and no types, so that any Node can read it. npm puts Node 24 on the path where a package of it fits this machine.
const { resolve } = require('node:path');
const { pathToFileURL } = require('node:url');

const OLDEST = 24;
if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    `Sluice needs Node ${OLDEST} or newer; this is ${process.version}, and npm has installed none for ${process.platform} ${process.arch}.`,
  );
  process.exit(1);
}
const [, , script, ...rest] = process.argv;
if (script) {
  process.argv.splice(1, process.argv.length, resolve(script), ...rest);
  import(pathToFileURL(resolve(script)).href);
}
