// Recognises a call stack that was seen before, by its return addresses, and tells which promises are rejected. See README.md.
#include <node.h>
#include <v8.h>

#include <cstdint>
#include <cstring>
#include <vector>

// Where the frames of a thread are a chain of frame pointers: Node is built with them on Linux (common.gypi).
#if defined(__linux__) && defined(__x86_64__) && defined(__GNUC__)
#define HAS_FRAME_CHAIN 1
#include <link.h>
#include <pthread.h>

#include <cstdlib>
#endif

namespace {

// A stack of so many machine frames, or more, is not looked up.
constexpr size_t kMaxFrames = 256;
// With more stacks than this, the table is emptied.
constexpr size_t kMaxStacks = 1 << 14;
constexpr size_t kSlots = kMaxStacks * 2;
// With more return addresses than this (2 MB), as well.
constexpr size_t kMaxAddresses = 1 << 18;
constexpr int32_t kNotLookedUp = INT32_MIN;

struct Addresses {
  void* at[kMaxFrames];
  size_t count = 0;
  uint64_t hash = 0x9E3779B97F4A7C15ull;

  void MixIn(void* address) {
    const uint64_t mixed = (hash << 7 | hash >> 57) ^ reinterpret_cast<uintptr_t>(address);
    hash = mixed * 0xBF58476D1CE4E5B9ull;
  }
};

// Lists of addresses, each with the number of its stack. They are no V8 objects: they keep nothing alive.
class AddressLists {
 public:
  static constexpr int32_t kNone = -1;

  int32_t NumberOf(const Addresses& addresses) const {
    if (slots_.empty()) return kNone;
    const int32_t list = slots_[SlotOf(addresses)];
    return list == kNone ? kNone : lists_[list].number;
  }

  bool HasRoomFor(const Addresses& addresses) const {
    return lists_.size() < kMaxStacks && addresses_.size() + addresses.count <= kMaxAddresses;
  }

  void Add(const Addresses& addresses, int32_t number) {
    if (slots_.empty()) slots_.assign(kSlots, kNone);
    slots_[SlotOf(addresses)] = static_cast<int32_t>(lists_.size());
    lists_.push_back({addresses.hash, addresses_.size(), addresses.count, number});
    addresses_.insert(addresses_.end(), addresses.at, addresses.at + addresses.count);
  }

  int32_t Size() const { return static_cast<int32_t>(lists_.size()); }

  void Clear() {
    if (lists_.empty()) return;
    slots_.assign(kSlots, kNone);
    lists_.clear();
    addresses_.clear();
  }

 private:
  struct List {
    uint64_t hash;
    size_t start;
    size_t count;
    int32_t number;
  };

  // The slot of an equal list, or else the empty one where it belongs. Half of the slots are empty at least.
  size_t SlotOf(const Addresses& addresses) const {
    const uint64_t hash = addresses.hash;
    for (size_t slot = (hash ^ hash >> 32) % kSlots;; slot = (slot + 1) % kSlots) {
      if (slots_[slot] == kNone) return slot;
      const List& known = lists_[slots_[slot]];
      if (known.hash == hash && known.count == addresses.count &&
          memcmp(&addresses_[known.start], addresses.at, known.count * sizeof(void*)) == 0)
        return slot;
    }
  }

  std::vector<int32_t> slots_;
  std::vector<List> lists_;
  std::vector<void*> addresses_;
};

#ifdef HAS_FRAME_CHAIN
struct Range {
  uintptr_t start = 0;
  uintptr_t end = 0;

  bool Has(uintptr_t address) const { return address >= start && address < end; }
  bool Has(const void* address) const { return Has(reinterpret_cast<uintptr_t>(address)); }
};

// The executable part of a loaded file that has the address; an empty range if there is none.
Range ExecutableWith(void* address) {
  struct Search {
    uintptr_t address;
    Range found;
  } search{reinterpret_cast<uintptr_t>(address), {}};
  const auto look = [](dl_phdr_info* info, size_t, void* data) {
    auto* search = static_cast<Search*>(data);
    for (int i = 0; i < info->dlpi_phnum; i++) {
      const auto& part = info->dlpi_phdr[i];
      if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
      const uintptr_t start = info->dlpi_addr + part.p_vaddr;
      const Range range{start, start + part.p_memsz};
      if (range.Has(search->address)) search->found = range;
    }
    return 0;
  };
  dl_iterate_phdr(look, &search);
  return search.found;
}

// Reads the return addresses of all frames of a thread, those of C++ included, from the chain of frame pointers. That
// takes a fifth of the time of V8's own walk. V8's code and Node's have frame pointers. Code of others may have none:
// the chain can break there, or skip frames, so a stack with any such code on it is not told by its chain.
class FrameChain {
 public:
  // Looks for the first frame of the thread: where Node's code was called by the C library.
  FrameChain(v8::Isolate* isolate, void* frame_pointer, void* own_code) {
    void* code = nullptr;
    const void* builtins = nullptr;
    size_t length = 0;
    isolate->GetCodeRange(&code, &length);
    compiled_ = RangeOf(code, length);
    isolate->GetEmbeddedCodeRange(&builtins, &length);
    builtins_ = RangeOf(builtins, length);
    node_ = ExecutableWith(reinterpret_cast<void*>(&v8::Isolate::GetCurrent));
    own_ = ExecutableWith(own_code);
    const Range stack = StackOfThread();
    const Range starts[] = {ExecutableWith(reinterpret_cast<void*>(&pthread_create)),
                            ExecutableWith(reinterpret_cast<void*>(&abort))};
    uintptr_t callee = 0;
    uintptr_t frame = reinterpret_cast<uintptr_t>(frame_pointer);
    while (stack.Has(frame) && stack.Has(frame + sizeof(void*)) && frame > callee) {
      void* const address = ReturnAddressOf(frame);
      if (!IsOfNode(address)) {
        if (starts[0].Has(address) || starts[1].Has(address)) frames_ = {stack.start, callee + 1};
        return;
      }
      callee = frame;
      frame = CallerOf(frame);
    }
  }

  // Returns false if the chain does not lead to the first frame: the stack is that of a fiber, or the chain is broken,
  // or too long.
  bool Read(void* frame_pointer, Addresses& read) const {
    uintptr_t frame = reinterpret_cast<uintptr_t>(frame_pointer);
    if (!frames_.Has(frame)) return false;
    for (size_t count = 0; count < kMaxFrames; count++) {
      read.at[count] = ReturnAddressOf(frame);
      read.MixIn(read.at[count]);
      const uintptr_t caller = CallerOf(frame);
      if (frame + 1 == frames_.end) {
        read.count = count + 1;
        return true;
      }
      if (caller <= frame || !frames_.Has(caller) || caller % sizeof(void*) != 0) return false;
      frame = caller;
    }
    return false;
  }

  // Whether what was read tells as much as V8's sample of the same stack. Of an interpreted frame the sample has a place
  // in bytecode, which is no return address. Of some frames it has the entry of the C++ callback that they called: the
  // return addresses within that callback tell it.
  bool TellsAll(const Addresses& read, const Addresses& sample) const {
    for (size_t i = 0; i < read.count; i++)
      if (!IsOfNode(read.at[i])) return false;
    size_t next = 0;
    for (size_t i = 0; i < sample.count; i++) {
      size_t found = next;
      while (found < read.count && read.at[found] != sample.at[i]) found++;
      if (found < read.count)
        next = found + 1;
      else if (!IsOfCpp(sample.at[i]))
        return false;
    }
    return true;
  }

 private:
  static Range RangeOf(const void* start, size_t length) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(start);
    return {address, address + length};
  }

  static Range StackOfThread() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {};
    void* lowest = nullptr;
    size_t size = 0;
    const bool is_known = pthread_attr_getstack(&attributes, &lowest, &size) == 0;
    pthread_attr_destroy(&attributes);
    return is_known ? RangeOf(lowest, size) : Range{};
  }

  // AddressSanitizer takes the frames of others for memory that must not be read.
  __attribute__((no_sanitize("address"))) static uintptr_t CallerOf(uintptr_t frame) {
    return reinterpret_cast<const uintptr_t*>(frame)[0];
  }

  __attribute__((no_sanitize("address"))) static void* ReturnAddressOf(uintptr_t frame) {
    return reinterpret_cast<void* const*>(frame)[1];
  }

  bool IsOfNode(const void* address) const {
    return compiled_.Has(address) || builtins_.Has(address) || node_.Has(address);
  }

  bool IsOfCpp(const void* address) const {
    return !builtins_.Has(address) && (node_.Has(address) || own_.Has(address));
  }

  // Code that V8 has compiled, its built-in functions, Node's file (V8 included), and this file.
  Range compiled_;
  Range builtins_;
  Range node_;
  Range own_;
  // From the lowest address of the stack to the first frame; empty if that was not found.
  Range frames_;
};
#endif

// One for each isolate (thread).
class StackTable {
 public:
  StackTable(v8::Isolate* isolate, [[maybe_unused]] void* frame_pointer)
      : isolate_(isolate)
#ifdef HAS_FRAME_CHAIN
        ,
        chain_(isolate, frame_pointer, reinterpret_cast<void*>(&OnMarkCompact))
#endif
  {
    // Only a mark-compact frees or moves code, and so lets another function have an address that is in the table.
    isolate_->AddGCEpilogueCallback(OnMarkCompact, this, v8::kGCTypeMarkSweepCompact);
    node::AddEnvironmentCleanupHook(isolate_, Delete, this);
  }

  ~StackTable() { isolate_->RemoveGCEpilogueCallback(OnMarkCompact, this); }

  StackTable(const StackTable&) = delete;
  StackTable& operator=(const StackTable&) = delete;

  // The number of the present stack; ~number (negative) when it is new; kNotLookedUp when it is too deep. Numbers begin
  // at 0 again when the table is emptied: a number then always comes as new before it comes as known.
  int32_t Find(void* frame_pointer) {
#ifdef HAS_FRAME_CHAIN
    Addresses read;
    const bool is_read = chain_.Read(frame_pointer, read);
    if (is_read) {
      const int32_t number = chains_.NumberOf(read);
      if (number != AddressLists::kNone) return number;
    }
#endif
    Addresses sample;
    if (!Sample(frame_pointer, sample)) return kNotLookedUp;
    const int32_t found = FindSample(sample);
#ifdef HAS_FRAME_CHAIN
    if (is_read) Chain(read, sample, found < 0 ? ~found : found);
#endif
    return found;
  }

 private:
#ifdef HAS_FRAME_CHAIN
  void Chain(const Addresses& read, const Addresses& sample, size_t number) {
    if (number < is_unchained_.size() && is_unchained_[number]) return;
    if (chain_.TellsAll(read, sample)) {
      if (!chains_.HasRoomFor(read)) chains_.Clear();
      chains_.Add(read, static_cast<int32_t>(number));
    } else {
      if (number >= is_unchained_.size()) is_unchained_.resize(number + 1);
      is_unchained_[number] = true;
    }
  }
#endif

  bool Sample(void* frame_pointer, Addresses& sample) const {
    v8::RegisterState registers;
    registers.pc = reinterpret_cast<void*>(&OnMarkCompact);
    registers.sp = registers.fp = frame_pointer;
    v8::SampleInfo info;
    isolate_->GetStackSample(registers, sample.at, kMaxFrames, &info);
    sample.count = info.frames_count;
    if (sample.count == 0 || sample.count >= kMaxFrames) return false;
    for (size_t i = 0; i < sample.count; i++) sample.MixIn(sample.at[i]);
    return true;
  }

  int32_t FindSample(const Addresses& sample) {
    const int32_t known = samples_.NumberOf(sample);
    if (known != AddressLists::kNone) return known;
    if (!samples_.HasRoomFor(sample)) Clear();
    const int32_t number = samples_.Size();
    samples_.Add(sample, number);
    return ~number;
  }

  void Clear() {
    samples_.Clear();
#ifdef HAS_FRAME_CHAIN
    chains_.Clear();
    is_unchained_.clear();
#endif
  }

  static void OnMarkCompact(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* table) {
    static_cast<StackTable*>(table)->Clear();
  }

  static void Delete(void* table) { delete static_cast<StackTable*>(table); }

  v8::Isolate* const isolate_;
  AddressLists samples_;
#ifdef HAS_FRAME_CHAIN
  const FrameChain chain_;
  AddressLists chains_;
  // By number: stacks that a chain did not tell, most often because of interpreted frames. They are not compared again.
  std::vector<bool> is_unchained_;
#endif
};

// The frame of the function that uses it. Without frame pointers, an address within it has to do: it ends V8's walk as well.
#if defined(__GNUC__)
#define FRAME_POINTER(any_local) __builtin_frame_address(0)
#define NO_INLINE __attribute__((noinline))
#else
#define FRAME_POINTER(any_local) const_cast<void*>(static_cast<const void*>(any_local))
#define NO_INLINE
#endif

NO_INLINE void Find(const v8::FunctionCallbackInfo<v8::Value>& args) {
  void* frame_pointer = FRAME_POINTER(&args);
#if V8_MAJOR_VERSION >= 14
  void* data = args.Data().As<v8::External>()->Value(v8::kExternalPointerTypeTagDefault);
#else
  void* data = args.Data().As<v8::External>()->Value();
#endif
  args.GetReturnValue().Set(static_cast<StackTable*>(data)->Find(frame_pointer));
}

void IsRejected(const v8::FunctionCallbackInfo<v8::Value>& args) {
  const v8::Local<v8::Value> value = args[0];
  const bool is = value->IsPromise() && value.As<v8::Promise>()->State() == v8::Promise::kRejected;
  args.GetReturnValue().Set(is);
}

}  // namespace

extern "C" NODE_MODULE_EXPORT void NODE_MODULE_INITIALIZER(v8::Local<v8::Object> exports, v8::Local<v8::Value>,
                                                           v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  auto* table = new StackTable(isolate, FRAME_POINTER(&isolate));
#if V8_MAJOR_VERSION >= 14
  v8::Local<v8::External> data = v8::External::New(isolate, table, v8::kExternalPointerTypeTagDefault);
#else
  v8::Local<v8::External> data = v8::External::New(isolate, table);
#endif
  const auto add = [&](v8::Local<v8::String> name, v8::FunctionCallback callback) {
    auto function = v8::Function::New(context, callback, data, 0, v8::ConstructorBehavior::kThrow);
    exports->Set(context, name, function.ToLocalChecked()).Check();
  };
  add(v8::String::NewFromUtf8Literal(isolate, "find"), Find);
  add(v8::String::NewFromUtf8Literal(isolate, "isRejected"), IsRejected);
}
