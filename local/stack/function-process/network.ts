type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What Node reads of its environment to reach a network. Whoever starts the stack has it, and checks the servers that are named with it;
 * functions that had less would be cut off from what was found well. docs/local.md has the same list.
 * https://nodejs.org/docs/latest-v24.x/api/cli.html#environment-variables_1
 */
export const NETWORK_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'OPENSSL_CONF',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_USE_ENV_PROXY',
  // Node takes the names of proxies in lower case too, and these first.
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
];

/** Options for the same; others of NODE_OPTIONS are no function's. https://nodejs.org/docs/latest-v24.x/api/cli.html#options-1 */
export const NETWORK_OPTIONS = [
  '--use-system-ca',
  '--use-openssl-ca',
  '--use-bundled-ca',
  '--use-env-proxy',
  '--openssl-config',
  '--openssl-shared-config',
  '--tls-cipher-list',
  '--tls-min-v1.0',
  '--tls-min-v1.1',
  '--tls-min-v1.2',
  '--tls-min-v1.3',
  '--tls-max-v1.2',
  '--tls-max-v1.3',
  '--dns-result-order',
  '--network-family-autoselection',
  '--no-network-family-autoselection',
  '--network-family-autoselection-attempt-timeout',
];

/** An option, and what follows it after `=` or a space, in quotes where it has spaces. */
const OPTION = /(--[^\s"=]+)(?:[=\s]+(?:"(?:\\.|[^"\\])*"|[^\s"-]\S*))?/g;

/** What this machine says in variables. */
export const networkVariables = (machine: Variables): Record<string, string> =>
  Object.fromEntries(
    NETWORK_VARIABLES.flatMap((name) => {
      const value = machine[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** What it says in NODE_OPTIONS, each option with its value. */
export const networkOptions = ({ NODE_OPTIONS = '' }: Variables): string[] =>
  [...NODE_OPTIONS.matchAll(OPTION)]
    .filter(([, name = '']) => NETWORK_OPTIONS.includes(name))
    .map(([option]) => option);
