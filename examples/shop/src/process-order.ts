import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Order } from './order';

const table = new DynamoDBClient({});
const files = new S3Client({});

export const handler = async (event: { Records: { body: string }[] }) => {
  for (const record of event.Records) {
    const order = JSON.parse(record.body) as Order & { id: string };
    const pieces = order.items.reduce((sum, item) => sum + item.quantity, 0);
    const receipt = `Order ${order.id}: ${pieces} pieces for ${order.customer}`;
    await files.send(new PutObjectCommand({ Bucket: process.env.STP_RECEIPTS_NAME, Key: `${order.id}.txt`, Body: receipt }));
    const item = { id: { S: order.id }, customer: { S: order.customer } };
    await table.send(new PutItemCommand({ TableName: process.env.STP_ORDERS_NAME, Item: item }));
  }
};
