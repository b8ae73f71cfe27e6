import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { loadSettings } from '../src/config/load-settings.ts';
import { ROOT } from './built-program.ts';
import { dockerfile } from './container/dockerfile.ts';

interface Labels {
  readonly [name: string]: string;
}

interface Pod {
  readonly containers: readonly [
    {
      readonly env: readonly { readonly name: string; readonly value?: string }[];
      readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
      readonly resources: { readonly limits: Readonly<Record<string, string>> };
    },
  ];
  readonly volumes: readonly { readonly secret?: unknown; readonly emptyDir?: { readonly sizeLimit?: string } }[];
}

interface Specs {
  readonly Deployment: { readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod } };
  readonly NetworkPolicy: {
    readonly podSelector: { readonly matchLabels: Labels };
    readonly policyTypes: readonly string[];
    readonly ingress: readonly { readonly from?: readonly unknown[] }[];
    readonly egress: readonly { readonly ports: readonly { readonly port: number }[] }[];
  };
  readonly Service: { readonly selector: Labels; readonly ports: readonly { readonly targetPort: string }[] };
  readonly PersistentVolumeClaim: { readonly resources: { readonly requests: { readonly storage: string } } };
}

/** Security 15. */
describe('the Kubernetes example', () => {
  const text = readFileSync(join(ROOT, 'deploy', 'kubernetes.yaml'), 'utf8');
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as { kind: string; spec: unknown });
  const only = <Kind extends keyof Specs>(kind: Kind): Specs[Kind] => {
    const [manifest, another] = manifests.filter((each) => each.kind === kind);
    if (!manifest || another) throw new Error(`The example has not one ${kind}`);
    return manifest.spec as Specs[Kind];
  };
  const { metadata, spec: pod } = only('Deployment').template;
  const [container] = pod.containers;

  it('reaches the Data API by https, and the worker has nothing to warn of', () => {
    const isPlain = ({ name }: { name: string }) => !name.endsWith('_FILE');
    const values = container.env.filter(isPlain).map(({ name, value }) => [name, value] as const);
    const settings = loadSettings({ ...Object.fromEntries(values), DATA_API_TOKEN: 'token' });
    expect(settings).toMatchObject({ problems: [], warnings: [], dataApi: { url: expect.stringMatching(/^https:/) } });
  });

  it('holds no secret, and takes them from a Secret by its name', () => {
    expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
    expect(pod.volumes).toContainEqual(
      expect.objectContaining({ secret: expect.objectContaining({ secretName: 'task-worker' }) }),
    );
    const secrets = container.env.filter(({ name }) => name.includes('TOKEN'));
    expect(secrets.map(({ name }) => name)).toEqual(['DATA_API_TOKEN_FILE', 'OPS_TOKEN_FILE']);
  });

  it('lets in who carries the label, and out to DNS and https alone', () => {
    const { podSelector, policyTypes, ingress, egress } = only('NetworkPolicy');
    expect(podSelector.matchLabels).toEqual(metadata.labels);
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(ingress.filter(({ from }) => !from?.length)).toEqual([]);
    const ports = egress.flatMap((rule) => rule.ports.map(({ port }) => port));
    expect(ports).toEqual([53, 53, 443]);
  });

  it('has a Service that leads to the port of the image', () => {
    const { selector, ports } = only('Service');
    expect(selector).toEqual(metadata.labels);
    expect(ports).toEqual([expect.objectContaining({ targetPort: container.ports[0]?.name })]);
    expect(container.ports[0]?.containerPort).toBe(Number(dockerfile.environment['PORT']));
  });

  it('bounds memory and every storage', () => {
    expect(Object.keys(container.resources.limits).sort()).toEqual(['ephemeral-storage', 'memory']);
    for (const { emptyDir } of pod.volumes) if (emptyDir) expect(emptyDir.sizeLimit).toMatch(/^\d+Mi$/);
    expect(only('PersistentVolumeClaim').resources.requests.storage).toMatch(/^\d+Gi$/);
  });
});

describe('the Kubernetes example with replicas', () => {
  const text = readFileSync(join(ROOT, 'deploy', 'kubernetes-replicas.yaml'), 'utf8');
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as { kind: string; spec: unknown });
  const specOf = (kind: string) => manifests.find((each) => each.kind === kind)?.spec;
  const deployment = specOf('Deployment') as Specs['Deployment'];
  const { metadata, spec: pod } = deployment.template;
  const [container] = pod.containers;

  it('keeps three replicas through updates and drained nodes, on different nodes where it can', () => {
    expect(deployment).toMatchObject({
      replicas: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
    });
    expect(specOf('PodDisruptionBudget')).toEqual({ maxUnavailable: 1, selector: { matchLabels: metadata.labels } });
    expect(pod).toMatchObject({ affinity: { podAntiAffinity: expect.anything() } });
  });

  it('holds no secret, not even the address of the database', () => {
    expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
    const files = container.env.filter(({ value }) => value?.startsWith('/run/secrets/task-worker/'));
    expect(files.map(({ name }) => name)).toEqual(['DATA_API_TOKEN_FILE', 'DATABASE_URL_FILE', 'OPS_TOKEN_FILE']);
  });

  it('is a configuration that the worker has nothing to warn of', () => {
    const plain = container.env.filter(({ name }) => !name.endsWith('_FILE'));
    const settings = loadSettings({
      ...Object.fromEntries(plain.map(({ name, value }) => [name, value] as const)),
      DATA_API_TOKEN: 'token',
      DATABASE_URL: 'postgres://worker:secret@db.example.com/worker?sslmode=verify-full',
    });
    expect(settings).toMatchObject({ problems: [], warnings: [] });
  });

  it('lets out to DNS, https and PostgreSQL alone', () => {
    const { policyTypes, ingress, egress } = specOf('NetworkPolicy') as Specs['NetworkPolicy'];
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(ingress.filter(({ from }) => !from?.length)).toEqual([]);
    expect(egress.flatMap((rule) => rule.ports.map(({ port }) => port))).toEqual([53, 53, 443, 5432]);
  });

  it('needs no volume but for temporary files, and bounds what it has', () => {
    expect(manifests.map(({ kind }) => kind)).not.toContain('PersistentVolumeClaim');
    expect(Object.keys(container.resources.limits).sort()).toEqual(['ephemeral-storage', 'memory']);
    for (const { emptyDir } of pod.volumes) if (emptyDir) expect(emptyDir.sizeLimit).toMatch(/^\d+Mi$/);
  });
});
