// What a stack costs every month without any traffic, as far as the price table knows; what else has a fixed price, and what is paid by use.
import table from './prices.json';

type PriceName = keyof typeof table.prices;
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Resource = { Type: string; Properties?: { [key: string]: Json } };

export interface CostLine {
  logicalId: string;
  type: string;
  /** How the amount comes about. */
  how: string;
  monthly: number;
}

export interface Cost {
  lines: CostLine[];
  total: number;
  /** Has a fixed price that the table does not know: logical id and type. */
  unknown: { logicalId: string; type: string; why: string }[];
  /** Types that are paid by use. */
  byUse: string[];
}

export const PRICES = table;

/** What one of something costs a month. */
export function monthly(name: PriceName): number {
  const { amount, per } = table.prices[name];
  return per === 'hour' ? amount * table.hoursAMonth : amount;
}

const price = (name: PriceName) => `$${table.prices[name].amount} ${table.prices[name].per === 'hour' ? 'an hour' : 'a month'}`;

const FREE = /^AWS::(IAM|EC2::(VPC|Subnet|SubnetRouteTableAssociation|RouteTable|Route|InternetGateway|VPCGatewayAttachment|SecurityGroup.*|VPCEndpoint|LaunchTemplate|EIPAssociation)$|Lambda::(Permission|Version|Alias|EventSourceMapping|Url|EventInvokeConfig)|ECS::(Cluster|TaskDefinition|ClusterCapacityProviderAssociations|CapacityProvider)|S3::BucketPolicy|SQS::QueuePolicy|SNS::(Subscription|TopicPolicy)|ApplicationAutoScaling|AutoScaling|ElasticLoadBalancingV2::(Listener.*|TargetGroup)|ApiGatewayV2::(Integration|Route|Stage|Authorizer|ApiMapping|DomainName|VpcLink)|CloudFront::(CachePolicy|OriginRequestPolicy|ResponseHeadersPolicy|CloudFrontOriginAccessIdentity|OriginAccessControl|Function)|Route53::RecordSet|EFS::(MountTarget|AccessPoint)|CodeDeploy|Events::(Connection|ApiDestination|EventBusPolicy|Rule)|WAFv2::WebACLAssociation|ServiceDiscovery::Service|Cognito::UserPool.+|Batch::(JobDefinition|JobQueue|ComputeEnvironment)|CloudFormation|Logs::SubscriptionFilter|Budgets)/;
const FIXED_ELSEWHERE: readonly [RegExp, string][] = [
  [/^AWS::ElasticLoadBalancingV2::LoadBalancer$/, 'network load balancers are paid by the hour'],
  [/^AWS::EC2::Instance$/, 'instances are paid by the hour, by their type'],
  [/^AWS::RDS::/, 'databases are paid by the hour, by their size'],
  [/^AWS::(ElastiCache|OpenSearchService|DocDB|Redshift)::/, 'clusters are paid by the hour, by their size'],
  [/^AWS::KMS::Key$/, 'keys are paid by the month'],
  [/^AWS::SecretsManager::Secret$/, 'secrets are paid by the month'],
  [/^AWS::Kinesis::Stream$/, 'streams are paid by the hour, by shards or in on-demand mode'],
  [/^AWS::ServiceDiscovery::PrivateDnsNamespace$/, 'the hosted zone behind it is paid by the month'],
  [/^AWS::CloudWatch::Dashboard$/, 'dashboards are paid by the month'],
];

/** The fixed cost of a template. */
export function costOf(template: { Resources?: Record<string, Resource> }): Cost {
  const resources = template.Resources ?? {};
  const cost: Cost = { lines: [], total: 0, unknown: [], byUse: [] };
  const byUse = new Set<string>();
  const add = (logicalId: string, how: string, amount: number) => cost.lines.push({ logicalId, type: resources[logicalId]!.Type, how, monthly: amount });
  for (const [id, { Type: type, Properties: properties = {} }] of Object.entries(resources)) {
    if (type === 'AWS::EC2::NatGateway') add(id, price('natGateway'), monthly('natGateway'));
    else if (type === 'AWS::EC2::EIP') add(id, price('publicAddress'), monthly('publicAddress'));
    else if (type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && (properties.Type ?? 'application') === 'application') add(id, `${price('applicationLoadBalancer')}; its public addresses are paid besides`, monthly('applicationLoadBalancer'));
    else if (type === 'AWS::WAFv2::WebACL') {
      const rules = Array.isArray(properties.Rules) ? properties.Rules.length : 0;
      add(id, `${price('webAcl')} and ${rules} rules at ${price('webAclRule')}`, monthly('webAcl') + rules * monthly('webAclRule'));
    } else if (type === 'AWS::CloudWatch::Alarm') add(id, price('alarm'), monthly('alarm'));
    else if (type === 'AWS::ECS::Service') service(id, properties, resources, add, cost);
    else if (FIXED_ELSEWHERE.some(([pattern]) => pattern.test(type))) cost.unknown.push({ logicalId: id, type, why: FIXED_ELSEWHERE.find(([pattern]) => pattern.test(type))![1] });
    else if (!FREE.test(type)) byUse.add(type.replace(/^AWS::/, ''));
  }
  cost.lines.sort((a, b) => b.monthly - a.monthly);
  cost.total = cost.lines.reduce((sum, line) => sum + line.monthly, 0);
  cost.byUse = [...byUse].sort();
  return cost;
}

/** Tasks of a service on Fargate, at the least number that runs. */
function service(id: string, properties: { [key: string]: Json }, resources: Record<string, Resource>, add: (id: string, how: string, amount: number) => void, cost: Cost): void {
  const reference = properties.TaskDefinition;
  const target = typeof reference === 'object' && reference !== null && !Array.isArray(reference) ? reference.Ref : undefined;
  const task = typeof target === 'string' ? resources[target]?.Properties : undefined;
  const [cpu, memory] = [Number(task?.Cpu), Number(task?.Memory)];
  // Automatic scaling never goes below its minimum.
  const scaling = Object.values(resources).find((r) => r.Type === 'AWS::ApplicationAutoScaling::ScalableTarget' && JSON.stringify(r.Properties?.ResourceId ?? '').includes(`"${id}"`));
  const count = Math.max(Number(properties.DesiredCount ?? 1), Number(scaling?.Properties?.MinCapacity ?? 0));
  const runtime = task?.RuntimePlatform as { CpuArchitecture?: string } | undefined;
  const type = 'AWS::ECS::Service';
  const launch = JSON.stringify([properties.LaunchType ?? null, properties.CapacityProviderStrategy ?? null]);
  if (!/FARGATE/.test(launch)) cost.unknown.push({ logicalId: id, type, why: 'its tasks run on instances, which are paid by the hour, by their type' });
  else if (!Number.isFinite(cpu * memory * count)) cost.unknown.push({ logicalId: id, type, why: 'the size of its tasks is known on a deploy only' });
  else if (/ARM64/i.test(runtime?.CpuArchitecture ?? '')) cost.unknown.push({ logicalId: id, type, why: 'tasks on arm64 are cheaper than the ones in the table' });
  else {
    const [vcpus, gigabytes] = [cpu / 1024, memory / 1024];
    add(id, `${count} × (${vcpus} vCPU at ${price('fargateVcpu')} + ${gigabytes} GB at ${price('fargateGigabyte')})`, count * (vcpus * monthly('fargateVcpu') + gigabytes * monthly('fargateGigabyte')));
  }
}
