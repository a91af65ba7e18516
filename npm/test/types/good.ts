// Programs that must type-check: how configs are written, with classes, plain objects and both.
import {
  $CfFormat,
  $ResourceParam,
  $Secret,
  $Stage,
  AWS_SES,
  Alarm,
  ApplicationLoadBalancer,
  ApplicationLoadBalancerErrorRateTrigger,
  BatchJob,
  Bucket,
  CdnBucketRoute,
  CustomDockerfilePackaging,
  CustomRuleGroup,
  DynamoDbTable,
  EdgeLambdaFunction,
  ExpirationLifecycleRule,
  HttpApiGateway,
  HttpApiIntegration,
  LambdaDurationTrigger,
  LambdaEfsMount,
  LambdaErrorRateTrigger,
  LambdaFunction,
  LocalScript,
  MultiContainerWorkload,
  MultiContainerWorkloadHttpApiIntegration,
  NextjsWeb,
  PrebuiltImagePackaging,
  RdsEnginePostgres,
  RelationalDatabase,
  ScheduleIntegration,
  SqsQueue,
  SqsQueueNotEmptyTrigger,
  StacktapeImageBuildpackPackaging,
  StacktapeLambdaBuildpackPackaging,
  StateMachine,
  WebService,
  defineConfig,
} from 'stacktape';
import type { Config, ConfigParams, Directive, StacktapeConfig, types } from 'stacktape';

const props: types.FunctionProps = { packaging: { type: 'custom-artifact', properties: { packagePath: './a.zip' } } };
const later = new RelationalDatabase({ engine: new RdsEnginePostgres({ version: '16' }), credentials: { masterUserPassword: $Secret('db') } });

export default defineConfig(({ stage, region, cliArgs, user }) => {
  const files = new Bucket({ lifecycleRules: [new ExpirationLifecycleRule({ daysAfterUpload: 3 })] });
  const table = new DynamoDbTable({ primaryKey: { partitionKey: { name: 'id', type: 'string' } } });
  const named = new SqsQueue('jobs', { alarms: [new Alarm({ trigger: new SqsQueueNotEmptyTrigger() })] });
  const api = new HttpApiGateway();
  const image = new StacktapeImageBuildpackPackaging({ entryfilePath: './b.ts' });
  const arn: Directive = table.arn;
  const text: string = `${table.arn}/index/*`;
  const place = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: './a.ts' }),
    memory: stage === 'prod' ? 2048 : 1024,
    timeout: $Stage(),
    connectTo: [table, files, 'jobs', AWS_SES],
    environment: { STAGE: stage, REGION: region, ARN: arn, TEXT: text, N: 5, URL: api.url, NOT: undefined, HOST: later.host, WHO: user.name },
    events: [
      new HttpApiIntegration({ httpApiGatewayName: api.resourceName, method: 'POST', path: '/orders' }),
      new ScheduleIntegration({ scheduleRate: 'rate(1 hour)' }),
      { type: 'sqs', properties: { sqsQueueName: 'jobs' } },
    ],
    volumeMounts: [new LambdaEfsMount({ efsFilesystemName: 'x', mountPath: '/mnt/x' })],
    alarms: [
      new Alarm({ trigger: new LambdaErrorRateTrigger({ thresholdPercent: 5 }), description: 'x' }),
      new Alarm({ trigger: new LambdaDurationTrigger({ thresholdMilliseconds: 5 }) }),
      new Alarm({ trigger: { type: 'lambda-duration', properties: { thresholdMilliseconds: 5 } } }),
      { trigger: { type: 'lambda-error-rate', properties: { thresholdPercent: 5 } } },
    ],
    overrides: { lambda: { Description: $CfFormat('{}', table.name) }, lambdaLogGroup: { RetentionInDays: 3 }, PlaceFunction: { MemorySize: 512 } },
    transforms: { lambda: (properties) => ({ ...properties, MemorySize: properties.MemorySize * 2 }) },
  });
  const worker = new MultiContainerWorkload({
    containers: [{ name: 'main', packaging: image, environment: { A: 'b' }, events: [new MultiContainerWorkloadHttpApiIntegration({ httpApiGatewayName: 'api', containerPort: 80, method: '*', path: '/' })] }],
    resources: { cpu: 0.5, memory: 1024 },
  });
  const job = new BatchJob({ container: { packaging: new CustomDockerfilePackaging({ buildContextPath: './c' }), environment: [{ name: 'A', value: 'b' }] }, resources: { cpu: 1, memory: 512 } });
  const balancer = new ApplicationLoadBalancer({ alarms: [new Alarm({ trigger: new ApplicationLoadBalancerErrorRateTrigger({ thresholdPercent: 5 }) })] });
  const port: Directive = balancer.port8080;
  const web = new WebService({ packaging: new PrebuiltImagePackaging({ image: 'nginx' }), resources: { cpu: 0.25, memory: 512 }, connectTo: [place] });
  const route = new CdnBucketRoute({ bucketName: files.resourceName });
  const group = new CustomRuleGroup({ name: 'x', priority: 1, arn: 'arn:aws:wafv2:x' });
  void [port, route, group, $ResourceParam(table, 'arn'), $ResourceParam('jobs', 'url')];
  return {
    stackConfig: { outputs: [{ name: 'table', value: table.name }] },
    scripts: { seed: new LocalScript({ executeCommand: 'true', connectTo: [table], environment: { A: 'b' } }) },
    hooks: { afterDeploy: [{ scriptName: 'seed' }] },
    variables: { stage, args: cliArgs },
    resources: { files, orders: table, jobs: named, api, place, worker, job, balancer, web, later, site: new NextjsWeb({ appDirectory: '.' }), edge: new EdgeLambdaFunction({ packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: './e.ts' }) }), artifact: new LambdaFunction(props), plain: { type: 'sqs-queue' }, machine: new StateMachine({ definition: { StartAt: place.arn } }) },
    cloudformationResources: { Extra: { Type: 'AWS::SNS::Topic' } },
    finalTransform: (template) => template,
  };
});

export const later2 = defineConfig(async (params: ConfigParams): Promise<Config> => ({ resources: { [params.stage]: new SqsQueue({}) } }));
export const plain: StacktapeConfig = { resources: { jobs: { type: 'sqs-queue', properties: { fifoEnabled: true } } } };
export const direct = defineConfig(plain);
