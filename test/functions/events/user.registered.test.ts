import userRegistered from '../../../functions/events/user.registered.ts';
import { schemaCases } from '../../support/schema-cases.ts';

schemaCases(userRegistered, {
  accepted: [
    ['a user without locale and consent', { locale: undefined, marketingConsent: undefined }],
    ['a name of any script', { name: '李小龙 🐉' }],
    ['a locale with a script', { locale: 'zh-Hant-TW' }],
    ['a locale with a region of the UN', { locale: 'es-419' }],
    ['an id in capitals', { userId: '0B6F1D5E-3C52-4F5E-9A67-5F0D3B1C8E21' }],
  ],
  refused: [
    ['no e-mail', { email: undefined }],
    ['an e-mail without a domain', { email: 'ada@' }],
    ['an e-mail with a space', { email: 'ada @example.com' }],
    ['an e-mail too long for RFC 5321', { email: `${'a'.repeat(250)}@example.com` }],
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a name without end', { name: 'a'.repeat(201) }],
    ['an id that is no UUID', { userId: '17' }],
    ['a locale in the spelling of POSIX', { locale: 'en_GB' }],
    ['consent in words', { marketingConsent: 'yes' }],
  ],
});
