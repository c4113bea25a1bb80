// CommonJS and no types, so that any Node can read it. npm puts Node 24 on the path where a package of it fits this machine.
const OLDEST = 24;
if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    `Sluice needs Node ${OLDEST} or newer; this is ${process.version}, and npm has installed none for ${process.platform} ${process.arch}.`,
  );
  process.exit(1);
}
