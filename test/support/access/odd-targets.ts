import type { RawAnswer } from './raw-request.ts';

export interface OddRequest {
  method: string;
  target: string;
  headers?: readonly string[];
}

/** Methods that no route has, or that a server makes up from GET. */
export function oddMethods(route: string): OddRequest[] {
  const target = pathOf(route);
  return ['HEAD', 'OPTIONS', 'PATCH'].map((method) => ({ method, target }));
}

const pathOf = (route: string): string => (route.split(' ')[1] ?? '').replace(/\{\w+\}/, 'one');

/** Ways to ask for a route that a gateway might take for another one, or for none that needs a key. */
export function oddTargets(route: string): OddRequest[] {
  const [method = ''] = route.split(' ');
  const path = pathOf(route);
  const letter = path.charCodeAt(1).toString(16);
  const targets = [
    ...[`${path}/`, `/${path}`, `${path}//`, path.toUpperCase(), `/.${path}`, `${path}/.`, `${path};a=1`, `${path}%00`],
    ...[`/health/..${path}`, `/health/%2e%2e${path}`, `/health%2f..${path}`, `/health/..;${path}`, `/$default${path}`],
    ...[`/%${letter}${path.slice(2)}`, `${path}#/health`, `${path}?/health`, `${path}%3f`, `http://localhost${path}`],
    path.replaceAll('/', '%2F'),
  ];
  return [
    ...targets.map((target) => ({ method, target })),
    ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((name) => ({
      ...{ method: 'GET', target: '/health', headers: [name, method, 'X-Original-URL', path, 'X-Rewrite-URL', path] },
    })),
  ];
}

/** Whether nobody without a key got more than what is for anyone: nothing, a refusal of the gateway, or its health. */
export const gotNothing = ({ status, text }: RawAnswer): boolean =>
  ([400, 401, 404].includes(status) && (text === '' || /^\{"message":"[\w ]+"\}$/.test(text))) ||
  (status === 200 && text.startsWith('{"status":'));
