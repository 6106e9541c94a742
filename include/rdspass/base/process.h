/* What a program of ours does to itself before anything else. */
#ifndef RP_BASE_PROCESS_H
#define RP_BASE_PROCESS_H

/*
 * Makes sure that descriptors 0 to 2 are open, so that no file of ours becomes
 * the standard output. A closed one gets /dev/null opened the wrong way round:
 * using it fails, as it would have, and it is closed again on exec.
 */
void rp_process_keep_standard_descriptors(void);

/*
 * No core dump and no debugger of the same user: what we hold are keys. Only
 * the soft limit is lowered, so that it can be given back to a client.
 */
void rp_process_hide_memory(void);

#endif
