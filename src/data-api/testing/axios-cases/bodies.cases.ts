import { Readable } from 'node:stream';
import axios, { type AxiosRequestConfig } from 'axios';
import { aCase, type AxiosCase, post } from './axios-case.js';

/** The package `form-data`: axios brings it. */
interface PackageForm {
  getHeaders(): Record<string, string>;
  append(
    name: string,
    value: unknown,
    options?: { filename?: string; contentType?: string; knownLength?: number },
  ): void;
}
const packageForm = (): PackageForm => {
  const { FormData: Form } = axios.defaults.env ?? {};
  if (!Form) throw new Error('axios brings no form-data');
  return new Form() as PackageForm;
};
const formOf = (...entries: [string, string | Blob, string?][]): FormData => {
  const form = new FormData();
  for (const [name, value, file] of entries) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, file ?? 'blob');
  }
  return form;
};
const typed = (type: string): AxiosRequestConfig => ({ headers: { 'Content-Type': type } });
const URL_ENCODED = 'application/x-www-form-urlencoded';
const nested = { a: 1, list: [1, 2], inner: { b: 'ü', c: [{ d: 1 }] }, none: null, yes: true, at: new Date(0) };

export const bodyCases: readonly AxiosCase[] = [
  post('an object', { a: 'ü', b: [1, null] }),
  post('a list', [1, 2]),
  post('an object with toJSON', { toJSON: () => ({ a: 1 }) }),
  post('an object of another JSON type', { a: 1 }, typed('application/merge-patch+json')),
  post('text', 'plain ü'),
  post('text as JSON', '{"a": 1}', typed('application/json')),
  post('text that is not JSON as JSON', 'a', typed('application/json')),
  post('a number as JSON', 5, typed('application/json')),
  post('false as JSON', false, typed('application/json')),
  post('a number', 5),
  post('null', null),
  post('null as JSON', null, typed('application/json')),
  post('nothing', undefined),
  post('empty text', ''),
  post('true', true),
  post('a Buffer', Buffer.from([0, 255, 128])),
  post('an empty Buffer', Buffer.alloc(0)),
  post('a Uint8Array', new Uint8Array([1, 2, 3])),
  post('an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer),
  post('a DataView', new DataView(new Uint8Array([1, 2]).buffer)),
  post('a megabyte', 'x'.repeat(1_000_000)),
  post('URLSearchParams', new URLSearchParams({ q: 'a b', r: 'ü' })),
  post('an object as a form', nested, typed(URL_ENCODED)),
  post('an object as a form, by a serializer', nested, { ...typed(URL_ENCODED), formSerializer: { dots: true } }),
  post('a blob', new Blob(['text'])),
  post('a blob with a type', new Blob(['a,b'], { type: 'text/csv' })),
  post('a blob beside a type of the caller', new Blob(['a,b'], { type: 'text/csv' }), typed('text/plain')),
  post('a file', new File(['text'], 'a.txt', { type: 'text/plain' })),
  post('a form', formOf(['name', 'välue\nline'], ['name', 'second'])),
  post('a form with a file', formOf(['file', new Blob([Buffer.from([0, 1])], { type: 'image/png' }), 'ä"b.png'])),
  post('a form beside a type of the caller', formOf(['a', 'b']), typed('multipart/form-data')),
  post('a form as JSON', formOf(['a', 'b'], ['list[]', '1']), typed('application/json')),
  post('an empty form', new FormData()),
  aCase('a form of the package form-data', (http) => {
    const form = packageForm();
    form.append('name', 'välue');
    form.append('file', Buffer.from([0, 1]), { filename: 'a.bin', contentType: 'image/png' });
    return http.post('/a', form);
  }),
  aCase('a form of the package form-data with a stream', (http) => {
    const form = packageForm();
    form.append('file', Readable.from([Buffer.from('one '), Buffer.from('two')]), { filename: 'a', knownLength: 7 });
    return http.post('/a', form);
  }),
  aCase('a form of the package form-data with its content headers alone', (http) => {
    const form = packageForm();
    const headers = { ...form.getHeaders(), 'x-more': '1' };
    form.append('a', 'b');
    form.getHeaders = () => headers;
    return http.post('/a', form, { formDataHeaderPolicy: 'content-only' });
  }),
  aCase('a form of the package form-data with all of its headers', (http) => {
    const form = packageForm();
    const headers = { ...form.getHeaders(), 'x-more': '1' };
    form.append('a', 'b');
    form.getHeaders = () => headers;
    return http.post('/a', form);
  }),
  aCase('postForm of an object', (http) => http.postForm('/a', nested)),
  aCase('postForm with a Buffer', (http) => http.postForm('/a', { file: Buffer.from([0, 1]), 'json{}': { a: 1 } })),
  aCase('postForm of a form', (http) => http.postForm('/a', formOf(['a', 'b']))),
  aCase('postForm with URLSearchParams', (http) => http.postForm('/a', new URLSearchParams({ a: 'b' }))),
  aCase('putForm', (http) => http.putForm('/a', { a: 1 })),
  aCase('patchForm', (http) => http.patchForm('/a', { a: 1 })),
  post('an object as multipart', { a: 1, list: ['x', 'y'] }, typed('multipart/form-data')),
  post('an object by a transform', { a: 1 }, { transformRequest: (data: unknown) => `<${JSON.stringify(data)}>` }),
  post('an object by several transforms', 'a', { transformRequest: [(data) => `${data}b`, (data) => `${data}c`] }),
  post('what a transform leaves that cannot be sent', 'a', { transformRequest: () => ({ a: 1 }) }),
  post('a body of maxBodyLength', 'üü', { maxBodyLength: 4 }),
  post('a body beyond maxBodyLength', 'üü', { maxBodyLength: 3 }),
  post('a Buffer beyond maxBodyLength', Buffer.alloc(4), { maxBodyLength: 3 }),
  post('a form beyond maxBodyLength', formOf(['a', 'b']), { maxBodyLength: 10 }),
];
