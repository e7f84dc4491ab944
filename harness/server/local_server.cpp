#include "server/local_server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <csignal>

#include "base/realtime.hpp"

namespace hadrill::server {
namespace {

/// What epoll tells when it is none of the connections, which are numbered from kFirstConnection.
constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kWaker = 1;
constexpr std::uint64_t kStop = 2;
constexpr std::uint64_t kLastReserved = kStop;

bool watch(int epoll, int operation, int descriptor, std::uint64_t name, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = name;  // NOLINT(cppcoreguidelines-pro-type-union-access): epoll's interface is a union
  return epoll_ctl(epoll, operation, descriptor, &event) == 0;
}

/// A peer that is gone shows as EPIPE.
void block_sigpipe() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

LocalServer::LocalServer(Handler& handler, Certificates certificates, TlsContext context, Listener listener)
    : handler_(handler),
      certificates_(std::move(certificates)),
      context_(std::move(context)),
      listener_(std::move(listener)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      waker_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      last_id_(kLastReserved) {}

Result<std::unique_ptr<LocalServer>> LocalServer::start(Handler& handler) {
  auto certificates = make_certificates();
  if (!certificates.ok()) return certificates.error();
  return start(handler, std::move(*certificates));
}

Result<std::unique_ptr<LocalServer>> LocalServer::start(Handler& handler, Certificates certificates) {
  auto context = TlsContext::make(certificates.server);
  if (!context.ok()) return context.error();
  auto listener = Listener::open();
  if (!listener.ok()) return listener.error();
  std::unique_ptr<LocalServer> server(
      new LocalServer(handler, std::move(certificates), std::move(*context), std::move(*listener)));
  const int epoll = server->epoll_.get();
  const bool ready = watch(epoll, EPOLL_CTL_ADD, server->listener_.descriptor(), kListener, EPOLLIN) &&
                     watch(epoll, EPOLL_CTL_ADD, server->waker_.get(), kWaker, EPOLLIN) &&
                     watch(epoll, EPOLL_CTL_ADD, server->stop_.descriptor(), kStop, EPOLLIN);
  if (!ready) return infrastructure_error("local server", "epoll does not work");
  server->thread_ = std::jthread([self = server.get()] { self->run(); });
  return server;
}

LocalServer::~LocalServer() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

std::string LocalServer::base() const { return fmt::format("https://127.0.0.1:{}", listener_.port()); }

void LocalServer::at(Instant when, std::function<void(Controls&)> task) {
  agenda_.add(when, std::move(task));
  eventfd_write(waker_.get(), 1);
}

void LocalServer::run() {
  block_sigpipe();
  priority_.set_value(raise_thread_priority());
  while (!stop_.raised()) {
    do_what_is_due();
    wait_and_serve();
    look_at_sources();
  }
  drop_all();
}

void LocalServer::do_what_is_due() {
  while (const auto task = agenda_.take(clock_.now())) task(*this);
}

void LocalServer::wait_and_serve() {
  constexpr int kMostEvents = 64;
  const auto next = agenda_.next();
  const Duration wait = next ? std::max(Duration::zero(), *next - clock_.now()) : Duration::zero();
  const timespec left{wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
  const timespec* const longest = next ? &left : nullptr;
  if (frozen_) {
    // As a stopped process: the kernel goes on taking connections and bytes.
    std::array<pollfd, 2> still_heard{{{waker_.get(), POLLIN, 0}, {stop_.descriptor(), POLLIN, 0}}};
    ppoll(still_heard.data(), still_heard.size(), longest, nullptr);
    return take_wakings();
  }
  std::array<epoll_event, kMostEvents> events{};
  const int count = epoll_pwait2(epoll_.get(), events.data(), kMostEvents, longest, nullptr);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t name = events[static_cast<std::size_t>(i)].data.u64;  // NOLINT: epoll's union
    if (name == kListener) {
      accept_all();
    } else if (name == kWaker) {
      take_wakings();
    } else if (name != kStop) {
      serve(name);
    }
  }
}

void LocalServer::take_wakings() {
  eventfd_t count = 0;
  eventfd_read(waker_.get(), &count);
}

void LocalServer::accept_all() {
  while (auto socket = listener_.accept()) {
    if (welcome_ && !welcome_()) {
      make_reset_on_close(socket->get());
      continue;
    }
    const ConnectionId id = ++last_id_;
    const int descriptor = socket->get();
    connections_[id] = std::make_unique<Connection>(
        context_, std::move(*socket),
        [this, id](H2Session::StreamId stream, const Request& request) { answer(id, stream, request); });
    if (!watch(epoll_.get(), EPOLL_CTL_ADD, descriptor, id, EPOLLIN)) connections_.erase(id);
  }
}

void LocalServer::serve(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (!found->second->serve()) return drop(id);
  follow(id, *found->second);
}

/// Called from within Connection::serve, which sends what is answered at once.
void LocalServer::answer(ConnectionId id, H2Session::StreamId stream, const Request& request) {
  Response response = handler_.handle(request);
  if (response.after == Duration::zero()) return connections_.at(id)->respond(stream, std::move(response));
  const Instant due = clock_.now() + response.after;
  const auto kept = std::make_shared<Response>(std::move(response));
  agenda_.add(due, [this, id, stream, kept](Controls&) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    found->second->respond(stream, std::move(*kept));
    send(id);
  });
}

void LocalServer::look_at_sources() {
  if (frozen_) return;
  std::vector<ConnectionId> more;
  for (const auto& [id, connection] : connections_) {
    if (connection->look_at_sources()) more.push_back(id);
  }
  for (const ConnectionId id : more) send(id);
}

void LocalServer::send(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (!found->second->send()) return drop(id);
  follow(id, *found->second);
}

void LocalServer::follow(ConnectionId id, const Connection& connection) {
  const std::uint32_t events = connection.wants_write() ? EPOLLIN | EPOLLOUT : EPOLLIN;
  watch(epoll_.get(), EPOLL_CTL_MOD, connection.descriptor(), id, events);
}

void LocalServer::drop(ConnectionId id) { connections_.erase(id); }

void LocalServer::drop_all() {
  for (const auto& [id, connection] : connections_) connection->reset_on_close();
  connections_.clear();
}

void LocalServer::stop_listening() { listener_.stop(); }

bool LocalServer::listen_again() {
  return listener_.listen_again().ok() &&
         watch(epoll_.get(), EPOLL_CTL_ADD, listener_.descriptor(), kListener, EPOLLIN);
}

}  // namespace hadrill::server
