/** Under which the services of AWS are reached in a region: https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const awsDomain = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');
