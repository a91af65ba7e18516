// Programs that must not type-check: each marked line has exactly one mistake.
import { Alarm, Bucket, DynamoDbTable, HttpApiIntegration, LambdaErrorRateTrigger, LambdaFunction, SqsQueue, StacktapeLambdaBuildpackPackaging, defineConfig } from 'stacktape';

const packaging = new StacktapeLambdaBuildpackPackaging({ entryfilePath: './a.ts' });
// @ts-expect-error a required property is missing
new StacktapeLambdaBuildpackPackaging({});
// @ts-expect-error there is no such property
new SqsQueue({ fifoEnabeld: true });
// @ts-expect-error a number is wanted
new LambdaFunction({ packaging, memory: 'much' });
// @ts-expect-error packaging is required
new LambdaFunction({});
// @ts-expect-error not one of the choices
new DynamoDbTable({ primaryKey: { partitionKey: { name: 'id', type: 'text' } } });
// @ts-expect-error a table has no such parameter
new DynamoDbTable({ primaryKey: { partitionKey: { name: 'id', type: 'string' } } }).url;
// @ts-expect-error a queue has no port
new SqsQueue().port80;
// @ts-expect-error a route is no packaging
new LambdaFunction({ packaging: new HttpApiIntegration({ httpApiGatewayName: 'a', method: 'GET', path: '/' }) });
// @ts-expect-error the alarm of another type
new SqsQueue({ alarms: [new Alarm({ trigger: new LambdaErrorRateTrigger({ thresholdPercent: 1 }) })] });
// @ts-expect-error connectTo takes names and resources
new LambdaFunction({ packaging, connectTo: [5] });
// @ts-expect-error a variable is a plain value
new LambdaFunction({ packaging, environment: { A: { b: 1 } } });
// @ts-expect-error a transform is a function
new Bucket({ transforms: { bucket: {} } });
// @ts-expect-error there is no such child
new Bucket({ transforms: { buckett: (properties) => properties } });
// @ts-expect-error the child of another class
new Bucket({ overrides: { lambda: { MemorySize: 5 } } });
// @ts-expect-error resources are required
defineConfig(() => ({}));
// @ts-expect-error there is no such type
defineConfig(() => ({ resources: { a: { type: 'sqs-queu' } } }));
// @ts-expect-error the parameter does not exist
defineConfig(({ stages }) => ({ resources: { a: new SqsQueue({ delayMessagesSecond: stages } ) } }));
