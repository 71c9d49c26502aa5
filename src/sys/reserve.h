/*
 * reserve - room on a disk that is held for as long as this process lives, so that
 * some is free again after the process has ended because the disk was full.
 *
 * A store whose last writer died of a full disk cannot be read where not one block is
 * left: SQLite makes an index of its journal in a file first. The room has no name: it
 * goes with the process, however that ends.
 */
#ifndef SYS_RESERVE_H
#define SYS_RESERVE_H

#include <stddef.h>

/* Holds so many bytes of the disk that folder is on. Does without where the disk has
 * not so much, or its file system knows no files without names. Answers what
 * reserve_close() takes. */
int reserve_open(const char *folder, size_t bytes);
void reserve_close(int reserve);

#endif
