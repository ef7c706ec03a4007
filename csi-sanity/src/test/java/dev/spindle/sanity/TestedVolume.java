package dev.spindle.sanity;

/**
 * The volume that csi-sanity asks for, again and again.
 *
 * @param accessType mount or block, in csi-sanity's words
 * @param bytes its size: that of a whole disk's volume, as one spec wants exactly this size, no
 *     less and no more
 */
record TestedVolume(String accessType, long bytes) {}
