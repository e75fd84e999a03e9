// The objects of pools, as fleetc makes them, from the data that `../compare/data.rs` writes.
// It covers the words that the benchmarked fleets use: a program of someone who knows ARC well.

local hooks = {
  kubernetes: { entry: '/home/runner/k8s/index.js', namesNode: true, makesJobs: true },
  'kubernetes-novolume': {
    entry: '/home/runner/k8s-novolume/index.js',
    namesNode: false,
    makesJobs: false,
  },
};

local undisrupted = {
  'karpenter.sh/do-not-disrupt': 'true',
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
};

local variable(name, value) = { name: name, value: value };
local field(name, path) = { name: name, valueFrom: { fieldRef: { fieldPath: path } } };
local mount(name, path) = { name: name, mountPath: path };
local notEmpty(name, value) = if std.length(value) == 0 then {} else { [name]: value };

local resources(size, devices={}) =
  local amounts = std.prune({
    cpu: size.cpu,
    memory: size.memory,
    'ephemeral-storage': size.storage,
  }) + devices;
  if std.length(amounts) == 0 then {} else { resources: { limits: amounts, requests: amounts } };

local ownVariables(pool, targets) = [
  variable(env.name, env.value)
  for env in pool.env
  if std.member(targets, env.on)
];

local merged(env, own) =
  local names = [e.name for e in own];
  [e for e in env if !std.member(names, e.name)] + own;

// Caches, for the container that does the work.
local cacheParts(fleet, pool) =
  local caches = [fleet.caches[name] for name in pool.caches];
  {
    volumes: [
      { name: 'cache-' + cache.name } +
      if cache.claim != null then
        { persistentVolumeClaim: { claimName: cache.claim } }
      else
        { hostPath: { path: cache.path, type: 'DirectoryOrCreate' } }
      for cache in caches
    ],
    mounts: [
      mount('cache-' + cache.name, place.path) +
      (if place.readOnly then { readOnly: true } else {}) +
      (if cache.share == 'runner' then { subPathExpr: '$(FLEETC_RUNNER)' } else {}) +
      (if cache.share == 'pool' then { subPath: pool.name } else {})
      for cache in caches
      for place in cache.mounts
    ],
    env: std.flattenArrays([
      (if cache.share == 'runner' then [field('FLEETC_RUNNER', 'metadata.name')] else []) +
      [variable(place.env, place.path) for place in cache.mounts if place.env != null]
      for cache in caches
    ]),
  };

// Certificates, where a kind of container looks for them.
local trustParts(pool, runner) =
  local folder = if runner then '/usr/local/share/ca-certificates' else '/etc/ssl/certs';
  local name(trust) = 'trust-' + std.strReplace(trust.configMap, '.', '-');
  local path(trust) = '%s/%s.crt' % [folder, name(trust)];
  {
    volumes: [
      {
        name: name(trust),
        configMap: { name: trust.configMap, items: [{ key: trust.key, path: 'ca.crt' }] },
      }
      for trust in pool.trust
    ],
    mounts: [
      mount(name(trust), path(trust)) { subPath: 'ca.crt', readOnly: true }
      for trust in pool.trust
    ],
    env: if std.length(pool.trust) == 0 then [] else
      [variable('NODE_EXTRA_CA_CERTS', path(pool.trust[0]))] +
      (if runner then [variable('RUNNER_UPDATE_CA_CERTS', '1')] else []),
  };

local both(a, b) = {
  volumes: a.volumes + b.volumes,
  mounts: a.mounts + b.mounts,
  env: a.env + b.env,
};

local nothing = { volumes: [], mounts: [], env: [] };

local tolerations(classes) = std.foldl(
  function(all, toleration) if std.member(all, toleration) then all else all + [toleration],
  [
    { key: t.key, operator: if t.value == null then 'Exists' else 'Equal' } +
    std.prune({ value: t.value, effect: t.effect })
    for class in classes
    for t in class.tolerate
  ],
  []
);

// One class is a selector, several are alternatives.
local placement(classes) =
  notEmpty('tolerations', tolerations(classes)) + (
    if std.length(classes) == 0 then
      {}
    else if std.length(classes) == 1 then
      notEmpty('nodeSelector', classes[0].select)
    else
      {
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [
              { key: key, operator: 'In', values: [class.select[key]] }
              for key in std.objectFields(class.select)
            ] }
            for class in classes
          ],
        } } },
      }
  );

local podMetadata(pool, role) = {
  labels: { 'fleetc.dev/pool': pool.name, 'fleetc.dev/role': role } + pool.podLabels,
  annotations: undisrupted,
};

local spread(pool) = [{
  labelSelector: { matchLabels: { 'fleetc.dev/pool': pool.name, 'fleetc.dev/role': 'runner' } },
  maxSkew: 1,
  nodeAffinityPolicy: 'Honor',
  nodeTaintsPolicy: 'Honor',
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'DoNotSchedule',
}];

local runnerContainer(fleet, pool, seen) =
  local hook = std.get(hooks, pool.mode);
  local env =
    if hook != null then
      [
        variable('ACTIONS_RUNNER_CONTAINER_HOOKS', hook.entry),
        field('ACTIONS_RUNNER_POD_NAME', 'metadata.name'),
        variable('ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER', 'true'),
        variable('ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE', '/home/runner/hook-template/pod.yaml'),
        variable('ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS', '600'),
        if hook.namesNode then
          variable('ACTIONS_RUNNER_USE_KUBE_SCHEDULER', 'true')
        else
          variable('ACTIONS_RUNNER_IMAGE', pool.runnerImage),
      ]
    else if pool.mode == 'dind' then
      [
        variable('DOCKER_HOST', 'unix:///var/run/docker.sock'),
        variable('RUNNER_WAIT_FOR_DOCKER_IN_SECONDS', '120'),
      ]
    else
      [];
  local targets = if hook == null then ['job', 'runner', 'both'] else ['runner', 'both'];
  local mounts =
    (if pool.mode == 'dind' || pool.mode == 'kubernetes' then [mount('work', '/home/runner/_work')] else []) +
    (if pool.mode == 'dind' then [mount('dind-sock', '/var/run')] else []) +
    (if hook != null then [mount('hook-template', '/home/runner/hook-template') { readOnly: true }] else []);
  {
    name: 'runner',
    image: pool.runnerImage,
    command: ['/home/runner/run.sh'],
  } +
  notEmpty('env', merged(env + seen.env, ownVariables(pool, targets))) +
  resources(pool.runner, if hook == null then pool.devices else {}) +
  notEmpty('volumeMounts', mounts + seen.mounts);

local dind(fleet, pool) =
  local caches = cacheParts(fleet, pool);
  [
    {
      name: 'init-dind-externals',
      image: pool.runnerImage,
      command: ['cp'],
      args: ['-r', '/home/runner/externals/.', '/home/runner/tmpDir/'],
      volumeMounts: [mount('dind-externals', '/home/runner/tmpDir')],
    } + resources(pool.runner),
    {
      name: 'dind',
      image: pool.dockerImage,
      args: [
        'dockerd',
        '--host=unix:///var/run/docker.sock',
        '--group=$(DOCKER_GROUP_GID)',
      ],
      env: [variable('DOCKER_GROUP_GID', '123')] +
           [env for env in caches.env if env.name == 'FLEETC_RUNNER'],
      restartPolicy: 'Always',
      securityContext: { privileged: true },
      startupProbe: {
        exec: { command: ['docker', 'info'] },
        failureThreshold: 24,
        initialDelaySeconds: 0,
        periodSeconds: 5,
      },
      volumeMounts: [
        mount('work', '/home/runner/_work'),
        mount('dind-sock', '/var/run'),
        mount('dind-externals', '/home/runner/externals'),
      ] + caches.mounts + trustParts(pool, false).mounts,
    } + resources(pool.job),
  ];

local runnerPod(fleet, pool) =
  local hook = std.get(hooks, pool.mode);
  local seen = both(if hook == null then cacheParts(fleet, pool) else nothing, trustParts(pool, true));
  local classes = [fleet.hardware[name] for name in pool.classes];
  local scarce = std.length([c for c in classes if c.scarce]) > 0;
  local work = {
    name: 'work',
    ephemeral: { volumeClaimTemplate: { spec: std.prune({
      accessModes: [pool.work.access],
      resources: { requests: { storage: pool.work.size } },
      storageClassName: pool.work.class,
    }) } },
  };
  local template = { name: 'hook-template', configMap: { name: pool.name + '-hook-template' } };
  local scratch = std.prune({ sizeLimit: pool.job.storage });
  local own = {
    dind: [
      { name: 'work', emptyDir: scratch },
      { name: 'dind-sock', emptyDir: {} },
      { name: 'dind-externals', emptyDir: {} },
    ],
    kubernetes: [work, template],
    'kubernetes-novolume': [template],
    default: [],
  }[pool.mode];
  {
    metadata: podMetadata(pool, 'runner'),
    spec: {
      containers: [runnerContainer(fleet, pool, seen)],
      restartPolicy: 'Never',
      serviceAccountName:
        pool.name + if hook == null then '-gha-rs-no-permission' else '-gha-rs-kube-mode',
    } +
    placement(if pool.mode == 'kubernetes-novolume' && scarce then [] else classes) +
    (if pool.mode == 'dind' then { initContainers: dind(fleet, pool) } else {}) +
    (if pool.mode == 'kubernetes' then { topologySpreadConstraints: spread(pool) } else {}) +
    (if pool.mode == 'kubernetes' || std.length(pool.caches) > 0 then
       { securityContext: { fsGroup: 1001 } } else {}) +
    std.prune({ priorityClassName: pool.priority }) +
    notEmpty('volumes', own + seen.volumes),
  };

local jobPod(fleet, pool) =
  local seen = both(cacheParts(fleet, pool), trustParts(pool, false));
  local place = placement([fleet.hardware[name] for name in pool.classes]);
  {
    metadata: podMetadata(pool, 'job'),
    spec: {
      automountServiceAccountToken: false,
      containers: [
        { name: '$job' } +
        notEmpty('env', merged(seen.env, ownVariables(pool, ['job', 'both']))) +
        resources(pool.job, pool.devices) +
        notEmpty('volumeMounts', seen.mounts),
      ],
      serviceAccountName: pool.name + '-gha-rs-no-permission',
    } +
    // Where the job follows its runner, only the taints of the node are left to tolerate.
    (if pool.mode == 'kubernetes' then
       (if 'tolerations' in place then { tolerations: place.tolerations } else {}) else place) +
    std.prune({ priorityClassName: pool.priority }) +
    notEmpty('volumes', seen.volumes),
  };

local listener = {
  metadata: { annotations: undisrupted },
  spec: {
    containers: [{ name: 'listener' } + resources({ cpu: '10m', memory: '64Mi', storage: null })],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
  },
};

local runnerSet(fleet, pool) = {
  apiVersion: 'actions.github.com/v1alpha1',
  kind: 'AutoscalingRunnerSet',
  metadata: {
    labels: {
      'actions.github.com/scale-set-name': pool.name,
      'actions.github.com/scale-set-namespace': pool.namespace,
      'app.kubernetes.io/component': 'autoscaling-runner-set',
      'app.kubernetes.io/instance': pool.name,
      'app.kubernetes.io/managed-by': 'fleetc',
      'app.kubernetes.io/name': pool.name,
      'app.kubernetes.io/part-of': 'gha-rs',
      'app.kubernetes.io/version': fleet.versionLabel,
    },
    name: pool.name,
    namespace: pool.namespace,
  },
  spec: {
    githubConfigUrl: pool.github.url,
    githubConfigSecret: pool.github.secret,
    minRunners: pool.min,
    maxRunners: pool.max,
    template: runnerPod(fleet, pool),
    listenerTemplate: listener,
  } + std.prune({ runnerGroup: pool.runnerGroup }),
};

local rule(group, resources, verbs) = { apiGroups: [group], resources: [resources], verbs: verbs };
local rbac = 'rbac.authorization.k8s.io';

local managerRules = [
  rule('', 'pods', ['create', 'delete', 'get']),
  rule('', 'pods/status', ['get']),
  rule('', 'secrets', ['create', 'delete', 'get', 'list', 'patch', 'update']),
  rule('', 'serviceaccounts', ['create', 'delete', 'get', 'list', 'patch', 'update']),
  rule(rbac, 'rolebindings', ['create', 'delete', 'get', 'patch', 'update']),
  rule(rbac, 'roles', ['create', 'delete', 'get', 'patch', 'update']),
];

local hookRules(makesJobs) = [
  rule('', 'pods', ['get', 'list', 'create', 'delete']),
  rule('', 'pods/exec', ['get', 'create']),
  rule('', 'pods/log', ['get', 'list', 'watch']),
  rule('', 'secrets', ['get', 'list', 'create', 'delete']),
] + if makesJobs then [rule('batch', 'jobs', ['get', 'list', 'create', 'delete'])] else [];

local ownLabels(fleet, pool) = {
  'app.kubernetes.io/managed-by': 'fleetc',
  'app.kubernetes.io/part-of': fleet.name,
  'fleetc.dev/pool': pool.name,
};

local companionMetadata(fleet, pool, name) = {
  annotations: { 'argocd.argoproj.io/sync-options': 'PruneLast=true' },
  labels: ownLabels(fleet, pool),
  name: name,
  namespace: pool.namespace,
};

local role(fleet, pool, name, rules) = {
  apiVersion: rbac + '/v1',
  kind: 'Role',
  metadata: companionMetadata(fleet, pool, name),
  rules: rules,
};

local binding(fleet, pool, name, account, namespace) = {
  apiVersion: rbac + '/v1',
  kind: 'RoleBinding',
  metadata: companionMetadata(fleet, pool, name),
  roleRef: { apiGroup: rbac, kind: 'Role', name: name },
  subjects: [{ kind: 'ServiceAccount', name: account, namespace: namespace }],
};

local account(fleet, pool, name) = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: companionMetadata(fleet, pool, name),
};

local hookTemplate(fleet, pool) = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  data: { 'pod.yaml': std.manifestYamlDoc(jobPod(fleet, pool), quote_keys=false) },
  metadata: {
    labels: ownLabels(fleet, pool),
    name: pool.name + '-hook-template',
    namespace: pool.namespace,
  },
};

local files(fleet, pool) =
  local hook = std.get(hooks, pool.mode);
  local manager = pool.name + '-gha-rs-manager';
  local kubeMode = pool.name + '-gha-rs-kube-mode';
  local controller = fleet.controller;
  {
    'runner-set': runnerSet(fleet, pool),
    'manager-role': role(fleet, pool, manager, managerRules),
    'manager-role-binding':
      binding(fleet, pool, manager, controller.account, controller.namespace),
    'no-permission-service-account':
      account(fleet, pool, pool.name + '-gha-rs-no-permission') { automountServiceAccountToken: false },
  } +
  if hook == null then {} else {
    'hook-template': hookTemplate(fleet, pool),
    'kube-mode-role': role(fleet, pool, kubeMode, hookRules(hook.makesJobs)),
    'kube-mode-role-binding': binding(fleet, pool, kubeMode, kubeMode, pool.namespace),
    'kube-mode-service-account': account(fleet, pool, kubeMode),
  };

function(fleet) {
  ['pools/%s/%s.yaml' % [pool.name, file]]: std.manifestYamlDoc(objects[file], quote_keys=false)
  for pool in fleet.pools
  for objects in [files(fleet, pool)]
  for file in std.objectFields(objects)
}
