import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';

const table = new DynamoDBClient({});

export const handler = async () => {
  const { Items = [] } = await table.send(new ScanCommand({ TableName: process.env.STP_ORDERS_NAME, Limit: 50 }));
  const orders = Items.map((item) => ({ id: item.id?.S, customer: item.customer?.S }));
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(orders) };
};
