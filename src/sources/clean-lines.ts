/** provisional */
export const markersToText = (text: string): string => text;
