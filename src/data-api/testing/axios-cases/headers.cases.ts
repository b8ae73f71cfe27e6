import type { AxiosBasicCredentials, AxiosRequestConfig } from 'axios';
import { aCase, type AxiosCase, get, post } from './axios-case.js';

const headers = (named: unknown): AxiosRequestConfig => ({ headers: named as Record<string, string> });
const basic = (name: string, auth: Partial<AxiosBasicCredentials>): AxiosCase =>
  get(name, { auth: auth as AxiosBasicCredentials });
const inUrl = (name: string, credentials: string, config: AxiosRequestConfig = {}): AxiosCase =>
  aCase(name, (http, url) => http.get(`${url.replace('//', `//${credentials}@`)}/base/a`, config));

export const headerCases: readonly AxiosCase[] = [
  get('headers of the caller', headers({ 'X-Own': 'a', 'x-OTHER': 'b' })),
  get('numbers and booleans as headers', headers({ 'X-Number': 1, 'X-Yes': true, 'X-No': false, 'X-Null': null })),
  get('a header twice', headers({ 'X-Twice': ['1', '2'] })),
  get('several cookies', headers({ Cookie: ['a=1', 'b=2'] })),
  get('a header in Latin-1', headers({ 'X-Name': 'Zoë' })),
  get('a header with blanks around it', headers({ 'X-Name': '  a b\t' })),
  get('a header without a value', headers({ 'X-Empty': '' })),
  get('another Accept', headers({ accept: 'text/csv' })),
  get('no Accept', headers({ Accept: null })),
  get('another User-Agent', headers({ 'user-agent': 'mine/1' })),
  get('no User-Agent', headers({ 'User-Agent': null })),
  get('another Host', headers({ Host: 'orders.example.com' })),
  get('another Accept-Encoding', headers({ 'Accept-Encoding': 'identity' })),
  get('an Authorization of the caller', headers({ Authorization: 'Key mine' })),
  get('an Authorization of the caller in lower case', headers({ authorization: 'Key mine' })),
  get('Authorization null', headers({ Authorization: null })),
  get('Authorization false', headers({ Authorization: false })),
  get('an empty Authorization', headers({ Authorization: '' })),
  basic('user and password', { username: 'ada', password: 'pass' }),
  basic('a user without a password', { username: 'ada' }),
  basic('a password without a user', { password: 'pass' }),
  basic('neither user nor password', {}),
  basic('user and password beyond ASCII', { username: 'ädä', password: 'p:ß' }),
  get('auth beside an Authorization', { ...headers({ Authorization: 'x' }), auth: { username: 'a', password: 'b' } }),
  get('auth beside Authorization null', {
    ...headers({ Authorization: null }),
    auth: { username: 'a', password: 'b' },
  }),
  inUrl('credentials in the URL', 'ada:pass'),
  inUrl('credentials in the URL, encoded', 'ada%40example.com:p%3A%C3%9F'),
  inUrl('a user alone in the URL', 'ada'),
  inUrl('credentials in the URL that are not encoded well', 'ada:%zz'),
  inUrl('credentials in the URL beside auth', 'ada:pass', { auth: { username: 'bob', password: 'word' } }),
  inUrl('credentials in the URL beside an Authorization', 'ada:pass', headers({ Authorization: 'Key mine' })),
  post('a type for a body of text', 'a,b', headers({ 'Content-Type': 'text/csv' })),
  post('a type without a body', undefined, headers({ 'Content-Type': 'text/csv' })),
  post('a key', { a: 1 }, headers({ 'Idempotency-Key': 'k' })),
];
