using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Grpc.Server.Calls;

namespace Tiltas.Grpc.Server.Methods;

/// <summary>The object that serves a call: from the container if it is registered there, else made for the call and disposed of after it.</summary>
internal sealed class ServiceInstance<TService>(IServiceProvider root) where TService : class
{
    private readonly bool registered = root.GetService<IServiceProviderIsService>()?.IsService(typeof(TService)) ?? true;
    private readonly ObjectFactory<TService> factory = ActivatorUtilities.CreateFactory<TService>([]);

    // Without dependencies no scope has to be opened for the call.
    private readonly bool alone = typeof(TService).GetConstructors() is [var only] && only.GetParameters().Length == 0;

    public Task<TResult> Use<TWith, TResult>(ServerCallContext context, TWith with, Func<TService, ServerCallContext, TWith, Task<TResult>> work)
    {
        if (registered && Services(context).GetService<TService>() is { } known) return work(known, context, with);
        var made = alone ? Activator.CreateInstance<TService>() : factory(Services(context), []);
        return made is IAsyncDisposable or IDisposable ? Disposing.After(made, work(made, context, with)) : work(made, context, with);
    }

    private static IServiceProvider Services(ServerCallContext context) => ((ServerCall)context).Http.RequestServices;
}

/// <summary>One interceptor in its place.</summary>
internal sealed class InterceptorInstance(InterceptorRegistration registration)
{
    public Task<TResult> Use<TWith, TResult>(ServerCallContext context, TWith with, Func<Interceptor, ServerCallContext, TWith, Task<TResult>> work)
    {
        var made = registration.Create(((ServerCall)context).Http.RequestServices, out var interceptor);
        return made && interceptor is (IAsyncDisposable or IDisposable) ? Disposing.After(interceptor, work(interceptor, context, with)) : work(interceptor, context, with);
    }
}

internal static class Disposing
{
    public static async Task<TResult> After<TResult>(object made, Task<TResult> work)
    {
        try
        {
            return await work;
        }
        finally
        {
            if (made is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else if (made is IDisposable disposable) disposable.Dispose();
        }
    }
}
