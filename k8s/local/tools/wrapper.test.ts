import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue } from './catalogue.ts';
import { requiredModules, stagedModules, wrapperModule } from './wrapper.ts';

const KUBERNETES_MOD = `// This is a generated file.

module k8s.io/kubernetes

go 1.26.0

godebug default=go1.26

require (
	bitbucket.org/bertimus9/systemstat v0.5.0
	github.com/cpuguy83/go-md2man/v2 v2.0.6 // indirect
	k8s.io/api v0.0.0
)

require go.etcd.io/raft/v3 v3.7.0 // indirect

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/client-go => ./staging/src/k8s.io/client-go
	example.org/fork => example.org/other v1.0.0
)
`;

test('the modules under ./staging, and no other replacement', () => {
  assert.deepEqual(stagedModules(KUBERNETES_MOD), ['k8s.io/api', 'k8s.io/client-go']);
});

test('how many modules are required, in blocks and alone', () => {
  assert.equal(requiredModules(KUBERNETES_MOD), 4);
});

test('a wrapper repeats the replacements with published versions', () => {
  const { group } = catalogue['kube-apiserver'];
  const module = wrapperModule(group, [catalogue['kube-apiserver'], catalogue['kube-scheduler']], KUBERNETES_MOD);
  assert.equal(
    module,
    `module faultflix.local/kubernetes

go 1.26.0

require k8s.io/kubernetes v1.37.2

replace k8s.io/api => k8s.io/api v0.37.2
replace k8s.io/client-go => k8s.io/client-go v0.37.2

tool k8s.io/kubernetes/cmd/kube-apiserver
tool k8s.io/kubernetes/cmd/kube-scheduler
`,
  );
});

test('a module that has no such parts replaces nothing', () => {
  const module = wrapperModule(catalogue.etcd.group, [catalogue.etcd], KUBERNETES_MOD);
  assert.doesNotMatch(module, /replace/);
  assert.match(module, /require go\.etcd\.io\/etcd\/server\/v3 v3\.7\.3/);
});
