// What a passage answers the kernel, from the folder underneath. Answers come from several threads: one write may be
// held up while others pass.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "agent/effects/passage.hpp"
#include "agent/effects/passage_objects.hpp"

namespace hadrill::agent {
namespace {

int opened(const fuse_file_info* info) { return static_cast<int>(info->fh); }

/// Answers with errno when `done` is not 0.
void reply_done(fuse_req_t request, int done) { fuse_reply_err(request, done == 0 ? 0 : errno); }

/// Whether this change is refused; then it was answered.
bool refuse(fuse_req_t request) {
  if (!passage().full) return false;
  ++passage().refused;
  fuse_reply_err(request, ENOSPC);
  return true;
}

void on_lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  fuse_entry_param entry;
  const int failed = enter(parent, name, entry);
  if (failed != 0) {
    fuse_reply_err(request, failed);
  } else {
    fuse_reply_entry(request, &entry);
  }
}

void on_forget(fuse_req_t request, fuse_ino_t number, std::uint64_t lookups) {
  forget(number, lookups);
  fuse_reply_none(request);
}

void on_forget_many(fuse_req_t request, std::size_t count, fuse_forget_data* forgotten) {
  for (std::size_t i = 0; i < count; ++i) forget(forgotten[i].ino, forgotten[i].nlookup);
  fuse_reply_none(request);
}

void on_getattr(fuse_req_t request, fuse_ino_t number, fuse_file_info* /*info*/) {
  struct stat attributes {};
  if (fstatat(file_of(number), "", &attributes, AT_EMPTY_PATH) != 0) {
    fuse_reply_err(request, errno);
  } else {
    fuse_reply_attr(request, &attributes, kBelieve);
  }
}

int set_times(const std::string& path, const struct stat& wanted, int which) {
  std::array<timespec, 2> times{{{0, UTIME_OMIT}, {0, UTIME_OMIT}}};
  if ((which & FUSE_SET_ATTR_ATIME) != 0) times[0] = wanted.st_atim;
  if ((which & FUSE_SET_ATTR_MTIME) != 0) times[1] = wanted.st_mtim;
  if ((which & FUSE_SET_ATTR_ATIME_NOW) != 0) times[0].tv_nsec = UTIME_NOW;
  if ((which & FUSE_SET_ATTR_MTIME_NOW) != 0) times[1].tv_nsec = UTIME_NOW;
  return utimensat(AT_FDCWD, path.c_str(), times.data(), 0);
}

void on_setattr(fuse_req_t request, fuse_ino_t number, struct stat* wanted, int which, fuse_file_info* info) {
  const std::string path = path_of(number);
  struct stat now {};
  if ((which & FUSE_SET_ATTR_SIZE) != 0 && stat(path.c_str(), &now) == 0 && wanted->st_size > now.st_size &&
      refuse(request))
    return;
  int done = 0;
  if ((which & FUSE_SET_ATTR_MODE) != 0) done = chmod(path.c_str(), wanted->st_mode);
  if (done == 0 && (which & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
    done = chown(path.c_str(), (which & FUSE_SET_ATTR_UID) != 0 ? wanted->st_uid : static_cast<uid_t>(-1),
                 (which & FUSE_SET_ATTR_GID) != 0 ? wanted->st_gid : static_cast<gid_t>(-1));
  if (done == 0 && (which & FUSE_SET_ATTR_SIZE) != 0)
    done = info != nullptr ? ftruncate(opened(info), wanted->st_size) : truncate(path.c_str(), wanted->st_size);
  constexpr int kTimes = FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_ATIME_NOW | FUSE_SET_ATTR_MTIME_NOW;
  if (done == 0 && (which & kTimes) != 0) done = set_times(path, *wanted, which);
  if (done != 0) {
    fuse_reply_err(request, errno);
  } else {
    on_getattr(request, number, info);
  }
}

void on_mkdir(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode) {
  if (refuse(request)) return;
  if (mkdirat(file_of(parent), name, mode) != 0) {
    fuse_reply_err(request, errno);
  } else {
    on_lookup(request, parent, name);
  }
}

void on_unlink(fuse_req_t request, fuse_ino_t parent, const char* name) {
  reply_done(request, unlinkat(file_of(parent), name, 0));
}

void on_rmdir(fuse_req_t request, fuse_ino_t parent, const char* name) {
  reply_done(request, unlinkat(file_of(parent), name, AT_REMOVEDIR));
}

void on_rename(fuse_req_t request, fuse_ino_t parent, const char* name, fuse_ino_t to, const char* to_name,
               unsigned flags) {
  reply_done(request, renameat2(file_of(parent), name, file_of(to), to_name, flags));
}

/// Flags for opening underneath: what the kernel handles for the caller is left out.
int flags_of(const fuse_file_info* info) { return (info->flags & ~(O_NOFOLLOW | O_APPEND | O_DIRECT)) | O_CLOEXEC; }

void on_create(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode, fuse_file_info* info) {
  if (refuse(request)) return;
  const int file = openat(file_of(parent), name, flags_of(info) | O_CREAT, mode);
  if (file < 0) {
    fuse_reply_err(request, errno);
    return;
  }
  fuse_entry_param entry;
  const int failed = enter(parent, name, entry);
  info->fh = static_cast<std::uint64_t>(file);
  if (failed == 0 && fuse_reply_create(request, &entry, info) == 0) return;
  if (failed != 0) fuse_reply_err(request, failed);
  close(file);
}

void on_open(fuse_req_t request, fuse_ino_t number, fuse_file_info* info) {
  const int file = open(path_of(number).c_str(), flags_of(info));
  if (file < 0) {
    fuse_reply_err(request, errno);
    return;
  }
  info->fh = static_cast<std::uint64_t>(file);
  if (fuse_reply_open(request, info) != 0) close(file);
}

void on_release(fuse_req_t request, fuse_ino_t /*number*/, fuse_file_info* info) {
  close(opened(info));
  fuse_reply_err(request, 0);
}

void on_read(fuse_req_t request, fuse_ino_t /*number*/, std::size_t size, off_t offset, fuse_file_info* info) {
  fuse_bufvec from{};  // FUSE_BUFVEC_INIT is C only
  from.count = 1;
  from.buf[0].size = size;
  from.buf[0].flags = static_cast<fuse_buf_flags>(FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK);
  from.buf[0].fd = opened(info);
  from.buf[0].pos = offset;
  fuse_reply_data(request, &from, FUSE_BUF_SPLICE_MOVE);
}

void on_write(fuse_req_t request, fuse_ino_t /*number*/, const char* data, std::size_t size, off_t offset,
              fuse_file_info* info) {
  if (refuse(request)) return;
  const ssize_t written = pwrite(opened(info), data, size, offset);
  if (written < 0) {
    fuse_reply_err(request, errno);
  } else {
    fuse_reply_write(request, static_cast<std::size_t>(written));
  }
}

void on_fallocate(fuse_req_t request, fuse_ino_t /*number*/, int mode, off_t offset, off_t length,
                  fuse_file_info* info) {
  if ((mode & FALLOC_FL_PUNCH_HOLE) == 0 && refuse(request)) return;
  reply_done(request, fallocate(opened(info), mode, offset, length));
}

void on_fsync(fuse_req_t request, fuse_ino_t /*number*/, int only_data, fuse_file_info* info) {
  std::this_thread::sleep_for(std::chrono::milliseconds(passage().delay_ms.load()));
  reply_done(request, only_data != 0 ? fdatasync(opened(info)) : fsync(opened(info)));
}

void on_statfs(fuse_req_t request, fuse_ino_t number) {
  struct statvfs numbers {};
  if (fstatvfs(file_of(number), &numbers) != 0) {
    fuse_reply_err(request, errno);
    return;
  }
  if (passage().full) numbers.f_bavail = numbers.f_bfree = 0;
  fuse_reply_statfs(request, &numbers);
}

DIR* folder_of(const fuse_file_info* info) { return reinterpret_cast<DIR*>(info->fh); }  // NOLINT: set below

void on_opendir(fuse_req_t request, fuse_ino_t number, fuse_file_info* info) {
  const int file = openat(file_of(number), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* folder = file < 0 ? nullptr : fdopendir(file);
  if (folder == nullptr) {
    fuse_reply_err(request, errno);
    if (file >= 0) close(file);
    return;
  }
  info->fh = reinterpret_cast<std::uint64_t>(folder);  // NOLINT: libfuse keeps a number for us
  if (fuse_reply_open(request, info) != 0) closedir(folder);
}

void on_readdir(fuse_req_t request, fuse_ino_t /*number*/, std::size_t size, off_t offset, fuse_file_info* info) {
  std::string entries(size, '\0');
  std::size_t used = 0;
  seekdir(folder_of(info), offset);
  while (const dirent* entry =
             readdir(folder_of(info))) {  // NOLINT(concurrency-mt-unsafe): each open folder has one user
    struct stat attributes {};
    attributes.st_ino = entry->d_ino;
    attributes.st_mode = static_cast<mode_t>(DTTOIF(entry->d_type));
    const std::size_t more = fuse_add_direntry(request, entries.data() + used, size - used, entry->d_name, &attributes,
                                               telldir(folder_of(info)));
    if (more > size - used) break;
    used += more;
  }
  fuse_reply_buf(request, entries.data(), used);
}

void on_releasedir(fuse_req_t request, fuse_ino_t /*number*/, fuse_file_info* info) {
  closedir(folder_of(info));
  fuse_reply_err(request, 0);
}

void on_fsyncdir(fuse_req_t request, fuse_ino_t /*number*/, int /*only_data*/, fuse_file_info* info) {
  std::this_thread::sleep_for(std::chrono::milliseconds(passage().delay_ms.load()));
  reply_done(request, fsync(dirfd(folder_of(info))));
}

void on_setxattr(fuse_req_t request, fuse_ino_t number, const char* name, const char* value, std::size_t size,
                 int /*flags*/) {
  const bool ours = number == FUSE_ROOT_ID && std::string(name) == kPassageSwitch;
  fuse_reply_err(request, ours ? switch_passage(std::string(value, size)) : EOPNOTSUPP);
}

void on_getxattr(fuse_req_t request, fuse_ino_t number, const char* name, std::size_t size) {
  if (number != FUSE_ROOT_ID || std::string(name) != kPassageSwitch) {
    fuse_reply_err(request, ENODATA);
    return;
  }
  const std::string text = passage_state();
  if (size == 0) {
    fuse_reply_xattr(request, text.size());
  } else if (size < text.size()) {
    fuse_reply_err(request, ERANGE);
  } else {
    fuse_reply_buf(request, text.data(), text.size());
  }
}

}  // namespace

fuse_lowlevel_ops passage_operations() {
  fuse_lowlevel_ops out{};
  out.lookup = on_lookup;
  out.forget = on_forget;
  out.forget_multi = on_forget_many;
  out.getattr = on_getattr;
  out.setattr = on_setattr;
  out.mkdir = on_mkdir;
  out.unlink = on_unlink;
  out.rmdir = on_rmdir;
  out.rename = on_rename;
  out.create = on_create;
  out.open = on_open;
  out.release = on_release;
  out.read = on_read;
  out.write = on_write;
  out.fallocate = on_fallocate;
  out.fsync = on_fsync;
  out.statfs = on_statfs;
  out.opendir = on_opendir;
  out.readdir = on_readdir;
  out.releasedir = on_releasedir;
  out.fsyncdir = on_fsyncdir;
  out.setxattr = on_setxattr;
  out.getxattr = on_getxattr;
  return out;
}

}  // namespace hadrill::agent
