import { aCase, type AxiosCase, get } from './axios-case.js';

const path = (url: string): AxiosCase => aCase(`the path ${JSON.stringify(url)}`, (http) => http.get(url));

const PATHS = [
  '/a',
  'a',
  '',
  '/',
  '/a/',
  '/a//b',
  '/a?x=1',
  '/a?',
  '/a#fragment',
  '/ü/ß',
  '/a b',
  '/a%20b',
  '/a%2Fb',
  '/a;p=1',
  '/a|b',
  "/it's?q=it's",
  '/...',
  '/a..b/..c',
  '/.well-known/x',
  '/a?q=../../b',
  '/a?path=/x/../y&z=%2e%2e/',
  '/a?q=\\..\\b',
  '/a\tb',
];

const METHODS = ['get', 'delete', 'head', 'options', 'post', 'put', 'patch', 'purge', 'link', 'query', 'REPORT'];

export const urlCases: readonly AxiosCase[] = [
  ...PATHS.map(path),
  aCase('an absolute URL', (http, url) => http.get(`${url}/elsewhere`)),
  aCase('an absolute URL in capitals', (http, url) => http.get(`${url.replace('http', 'HTTP')}/elsewhere`)),
  aCase('an absolute URL in place of the base', (http, url) => http.get('/a', { baseURL: `${url}/other/` })),
  aCase('an absolute URL with a default port', (http, url) => http.get(`${url}/x?y#z`, { params: { a: 1 } })),
  aCase('parameters after a query', (http) => http.get('/a?x=1#z', { params: { y: 2 } })),
  get('parameters of every type', { params: { n: 1, b: false, s: 'x', d: new Date(0), none: null, un: undefined } }),
  get('parameters that need encoding', { params: { 'ü[x]': "a b+c:d$e,f[g]&h='i'#?/\\%" } }),
  get('a list as parameter', { params: { id: [1, 2] } }),
  get('a list as parameter, without brackets', { params: { id: [1, 2] }, paramsSerializer: { indexes: null } }),
  get('a list as parameter, with numbers', { params: { id: [1, 2] }, paramsSerializer: { indexes: true } }),
  get('an object as parameter', { params: { a: { b: { c: 1 } } } }),
  get('an object as parameter, with dots', { params: { a: { b: 1 } }, paramsSerializer: { dots: true } }),
  get('no parameters at all', { params: {} }),
  get('parameters as URLSearchParams', { params: new URLSearchParams({ q: 'ü y' }) }),
  get('parameters by a serializer', { params: { a: 1 }, paramsSerializer: { serialize: () => "q=it's" } }),
  get('parameters by an encoder', { params: { a: 'x' }, paramsSerializer: { encode: (text) => `_${text}` } }),
  get('a serializer that throws', {
    params: { a: 1 },
    paramsSerializer: () => {
      throw Object.assign(new Error('no such parameter'), { code: 'ERR_BAD_REQUEST' });
    },
  }),
  ...METHODS.map((method) => aCase(`the method ${method}`, (http) => http.request({ method, url: '/a' }))),
  aCase('a DELETE with a body', (http) => http.delete('/a', { data: { id: 1 } })),
  aCase('a GET with a body', (http) => http.get('/a', { data: { id: 1 } })),
];
